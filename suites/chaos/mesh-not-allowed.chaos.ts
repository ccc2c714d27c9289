/** Who may call what, by identity alone. */
import { askAsPhoneDoor, MESHES } from '../../fixtures/workloads/mesh.ts';
import { orderCompletes } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const SOON_MS = 5_000;
const POST_ORDER = { method: 'POST', path: '/orders' } as const;

experiment('a service gets what its identity may have, and 403 for everything else', {
  hypothesis:
    'Who has broken into the phone’s door can read carts, and is refused with 403 when it places an order; with the identity of a ' +
    'service that has no business there it can do nothing at all. The order service hears of neither.',
  topologies: MESHES,
  start: 'called',
  faults: [{ fault: 'wrong-identity', target: 'bff-mobile-sidecar', options: { as: 'spiffe://shop/notification' } }],
  async workload(context) {
    await askAsPhoneDoor(context, 'allowed', [200]);
    await askAsPhoneDoor(context, 'not allowed', [403], POST_ORDER);
    await askAsPhoneDoor(context, 'not allowed', [403], { ...POST_ORDER, path: '/rebuild' });
    await context.inject();
    const other = context.kind === 'control' ? [200] : [403];
    for (let turn = 0; turn < 3; turn++) await askAsPhoneDoor(context, 'as another', other);
    await context.landed();
    await context.heal();
    const isBack = async () => (await askAsPhoneDoor(context, 'after it', [200, 403])).status === 200;
    await context.until('the phone’s door to be itself again', isBack, SOON_MS);
    await askAsPhoneDoor(context, 'allowed', [200]);
  },
  checks: [
    { check: 'answered', atLeast: 8 },
    { check: 'mtls', edges: 'bff-mobile-sidecar->order-sidecar' },
  ],
  controlChecks: [{ check: 'answered', atLeast: 8 }],
  pulse: orderCompletes,
});
