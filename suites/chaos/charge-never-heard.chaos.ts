/** Every answer to a charge is lost: the order is given up, and what may have been charged is voided. */
import { orderCompletes, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a charge that nobody hears of is voided', {
  hypothesis:
    'When the provider charges and none of its answers arrive, payment gives the order up when its ' +
    "patience ends, voids the charge, and the order ends payment_failed with the customer's money back.",
  topologies: SHOPS,
  faults: [{ fault: 'lost-reply', target: 'payment->psp', trigger: { operation: 'POST /charges' } }],
  async workload(context) {
    await placeOrders(context, 2);
    await context.settled();
  },
  checks: [
    { check: 'conservation' },
    { check: 'terminal-states', expect: { state: 'payment_failed' } },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
