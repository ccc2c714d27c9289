/** A callee shows a good certificate of somebody else. */
import { MESHES, placeUntilRefused } from '../../fixtures/workloads/mesh.ts';
import { orderCompletes, placeOrder } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('nobody talks to a service that shows the certificate of another', {
  hypothesis:
    'While whoever stands in the place of the order service proves to be the payment service, the gateway’s sidecar sends ' +
    'it nothing although the certificate is in order; with its own certificate orders complete again.',
  topologies: MESHES,
  start: 'called',
  faults: [{ fault: 'wrong-identity', target: 'order-sidecar', options: { as: 'spiffe://shop/payment' } }],
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
    { check: 'mtls', edges: '*->order-sidecar', refused: 'other-identity' },
    { check: 'answered', statuses: [503], atLeast: 3 },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'conservation' },
    { check: 'exactly-once' },
  ],
  pulse: orderCompletes,
});
