/** A record that nobody can read stands among the others. */
import { orderCompletes, placeOrders, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a poison message is put aside, and what stands behind it goes on', {
  hypothesis:
    'When a record that cannot be read stands on a topic, every reader of it puts it aside with where it came from and why, and all orders complete.',
  topologies: WHOLE_SHOPS,
  faults: [
    {
      fault: 'poison-record',
      target: 'inventory->kafka',
      trigger: { operation: 'Produce', topic: 'inventory.events', times: 1 },
    },
  ],
  async workload(context) {
    await placeOrders(context, 4);
    await context.settled();
  },
  checks: [
    { check: 'dead-letters' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
