/** The certificate of a callee is over. */
import { MESHES, placeUntilRefused } from '../../fixtures/workloads/mesh.ts';
import { orderCompletes, placeOrder } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('nobody talks to a service whose certificate is over, and everybody does again once it has a good one', {
  hypothesis:
    'While the order service shows a certificate that is over, the gateway’s sidecar sends it nothing and customers get a 503; ' +
    'with a good certificate orders complete again.',
  topologies: MESHES,
  start: 'called',
  faults: [{ fault: 'certificate-expired', target: 'order-sidecar' }],
  async workload(context) {
    await placeOrder(context);
    await context.inject();
    await placeUntilRefused(context);
    await context.landed();
    await context.heal();
    const isTaken = async () => (await placeOrder(context)).ok;
    await context.until('orders to be taken again', isTaken, 8_000);
    await context.settled();
  },
  checks: [
    { check: 'mtls', edges: '*->order-sidecar', refused: 'expired' },
    { check: 'answered', statuses: [503], atLeast: 3 },
    { check: 'error-shape' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'conservation' },
    { check: 'exactly-once' },
  ],
  pulse: orderCompletes,
});
