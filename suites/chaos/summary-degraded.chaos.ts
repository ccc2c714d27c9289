/** One part of an order's summary is too slow to wait for. */
import { memberOf, visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, placeOrder, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const ROUNDS = 3;
const AT_ONCE = 6;
/** Slots that the gateway keeps for one part of summaries. */
const SLOTS = 8;

experiment('a summary is told without a part that is too slow, and the slow part takes only its own slots', {
  hypothesis:
    'While payment is slow, summaries of an order are answered quickly with its shipment and name the part ' +
    'that is missing; no more calls wait for payment than it has slots.',
  topologies: WHOLE_SHOPS,
  start: 'called',
  faults: [{ fault: 'delay', target: 'gateway->payment', options: { delayMs: 780 } }],
  async workload(context) {
    const userId = 'user-5';
    const { entity } = await placeOrder(context, { userId });
    await context.settled();
    await context.inject();
    const look = () =>
      visit(context, {
        ...{ name: 'summary', path: `/api/v1/orders/${entity}/summary`, userId },
        saw: (body) => ({
          state: memberOf(body, 'order.status'),
          shipment: memberOf(body, 'shipment.state'),
          degraded: memberOf(body, 'degraded.0'),
        }),
      });
    for (let round = 0; round < ROUNDS; round++) await Promise.all(Array.from({ length: AT_ONCE }, look));
  },
  checks: [
    { check: 'answered', operations: 'summary', atLeast: ROUNDS * AT_ONCE },
    { check: 'told', operations: 'summary', member: 'state', is: 'completed' },
    { check: 'told', operations: 'summary', member: 'shipment', is: 'created' },
    { check: 'told', operations: 'summary', member: 'degraded', is: 'payment' },
    { check: 'bulkhead', edge: 'gateway->payment', most: SLOTS, reached: AT_ONCE },
    { check: 'conservation' },
  ],
  pulse: orderCompletes,
});
