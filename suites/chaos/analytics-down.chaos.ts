/** Analytics is away: nobody notices. */
import { lookAtStock, orderCompletes, placeOrders, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('analytics down is noticed by nobody', {
  hypothesis: 'While analytics is down orders complete, and the door answers as fast as before.',
  topologies: WHOLE_SHOPS,
  faults: [{ fault: 'kill', target: 'analytics' }],
  async workload(context) {
    await placeOrders(context, 3);
    for (let round = 0; round < 8; round++) await lookAtStock(context);
    await context.settled();
  },
  checks: [
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'unaffected', operations: 'GET /api/v1/stock/*' },
    { check: 'settled-in-time' },
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
