/** A caller whose certificate a stranger signed, and one that has none. */
import { askAsPhoneDoor, knockWithoutCertificate, MESHES } from '../../fixtures/workloads/mesh.ts';
import { orderCompletes } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const SOON_MS = 5_000;

experiment('a caller whose certificate a stranger signed is not let in, nor is one without', {
  hypothesis:
    'While the phone’s door shows a certificate with its own name that no authority of the mesh has signed, the order service’s sidecar ' +
    'hangs up on it, as it does on who shows none; nothing is answered. With its own certificate it is answered again.',
  topologies: MESHES,
  start: 'called',
  faults: [{ fault: 'unknown-ca', target: 'bff-mobile-sidecar' }],
  async workload(context) {
    await askAsPhoneDoor(context, 'as itself', [200]);
    await context.inject();
    if (context.kind !== 'control') await knockWithoutCertificate(context);
    await askAsPhoneDoor(context, 'as a stranger', context.kind === 'control' ? [200] : [0]);
    await context.landed();
    await context.heal();
    const isBack = async () => (await askAsPhoneDoor(context, 'after it', [0, 200])).status === 200;
    await context.until('the phone’s door to be answered', isBack, SOON_MS);
    await askAsPhoneDoor(context, 'as itself', [200]);
  },
  checks: [
    { check: 'mtls', edges: '*->order-sidecar', refused: 'unknown-authority' },
    { check: 'answered', atLeast: 5 },
    { check: 'told', operations: 'no certificate', member: 'heard', is: 0 },
  ],
  controlChecks: [{ check: 'answered', atLeast: 4 }],
  pulse: orderCompletes,
});
