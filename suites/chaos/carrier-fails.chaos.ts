/** The carrier is in trouble for a moment: that is no refusal. */
import { orderCompletes, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a carrier that answers 503 is asked again, and the order completes', {
  hypothesis:
    'When the carrier answers 503 a few times, shipping asks again under the same key, and every order is shipped once.',
  topologies: SHOPS,
  faults: [
    {
      fault: 'status',
      target: 'shipping->carrier',
      options: { status: 503 },
      trigger: { operation: 'POST /shipments', times: 2 },
    },
  ],
  async workload(context) {
    await placeOrders(context, 3);
    await context.settled();
  },
  checks: [
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'retries', edge: 'shipping->carrier', attempts: 3, backoffMs: 25 },
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
