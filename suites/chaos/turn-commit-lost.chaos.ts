/** The database stores a turn of the saga, and the order service does not hear of it. */
import { CONDUCTED, orderCompletes, placeOrders } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a turn whose commit nobody heard of is taken once, and the facts of the order tell its state', {
  hypothesis:
    'When a turn of the saga is committed and the answer is lost, the order service looks again and finds it taken: every ' +
    'fact stands once, and the state that follows from them is the one that is kept.',
  topologies: CONDUCTED,
  faults: [
    {
      fault: 'commit-lost',
      target: 'order->postgres',
      trigger: { operation: 'saga-take-turn', times: 2 },
      scope: 'shared',
    },
  ],
  async workload(context) {
    await placeOrders(context, 3);
    await context.settled();
  },
  checks: [
    { check: 'rebuild', log: 'entries' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
