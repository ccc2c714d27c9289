/** A compensation whose answer is lost: it is asked for again, and has its effect once. */
import { orderCompletes, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment("the provider's reply to a refund lost is one refund", {
  hypothesis:
    'When the carrier refuses and the answer to the refund is lost after the money went back, payment ' +
    'asks again under the same key: one refund, then the release, and the order ends cancelled.',
  topologies: SHOPS,
  faults: [
    {
      fault: 'status',
      target: 'shipping->carrier',
      options: { status: 422, body: '{"title":"refused"}', headers: { 'content-type': 'application/problem+json' } },
      trigger: { operation: 'POST /shipments' },
    },
    { fault: 'lost-reply', target: 'payment->psp', trigger: { operation: 'POST /refunds', times: 1 } },
  ],
  async workload(context) {
    await placeOrders(context, 2);
    await context.settled({ deadlineMs: 8_000 });
  },
  checks: [
    { check: 'terminal-states', expect: { state: 'cancelled' } },
    { check: 'compensation-order' },
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  quietWithinMs: 6_000,
  pulse: orderCompletes,
});
