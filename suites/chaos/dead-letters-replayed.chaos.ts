/** The order history cannot store what it reads for a while; what it put aside is sent again later. */
import {
  orderCompletes,
  placeOrders,
  putAside,
  replayDeadLetters,
  WHOLE_SHOPS,
} from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const ORDERS = 3;
/** Placed, reserved, charged, shipped, completed. */
const EVENTS_OF_AN_ORDER = 5;

experiment('what was put aside comes in again by a replay, once', {
  hypothesis:
    'When the order history cannot store events of any kind, it puts them aside and goes on; once it can again, a replay ' +
    'brings them in, and the history shows each order as it ended.',
  topologies: WHOLE_SHOPS,
  faults: [
    {
      fault: 'statement-failed',
      target: 'order-history->postgres',
      // One statement holds events of many orders.
      scope: 'shared',
      options: { error: 'numeric-overflow' },
      trigger: { operation: 'history-put' },
    },
  ],
  async workload(context) {
    await placeOrders(context, ORDERS);
    await context.settled();
    // A replay sends what was put aside before it: what is still being tried would be put aside after it.
    await context.until('every event to be put aside', () => putAside(context, ORDERS * EVENTS_OF_AN_ORDER), 10_000);
    await context.heal();
    await context.until('dead letters to be sent again', () => replayDeadLetters(context), 10_000);
    await context.settled();
  },
  checks: [
    { check: 'conservation' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
