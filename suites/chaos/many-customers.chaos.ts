/** Many customers at the same time, some of whose requests are held up: everybody sees their own order, and only that. */
import { orderCompletes, placeOrder, SHOPS } from '../../fixtures/workloads/shop.ts';
import { readOrder, readUntilEnded } from '../../fixtures/workloads/shop-visits.ts';
import { experiment, STEADY_CHECKS } from '../../harness/experiment/index.ts';

const CUSTOMERS = 10;
const INVENTED = { check: 'nothing-invented', means: { 'shipment.created': 'shipped' } };

experiment('customers who come at the same time are kept apart, and each finds the order again', {
  hypothesis:
    'When requests of several customers overlap and some are held up on the way, every call and every ' +
    'event of an order carries its own trace, correlation id and user, ' +
    'each customer finds the order as soon as it was acknowledged, and its events tell in order what is so.',
  topologies: SHOPS,
  faults: [
    {
      fault: 'delay',
      target: 'gateway->order',
      options: { delayMs: 120 },
      trigger: { operation: 'POST /orders', times: 4 },
    },
    {
      fault: 'delay',
      target: 'payment->psp',
      options: { delayMs: 150 },
      trigger: { operation: 'POST /charges', times: 4 },
    },
  ],
  async workload(context) {
    const visit = async (number: number) => {
      const userId = `customer-${number % 5}`;
      const wish = { userId, productId: 'product-1', idempotencyKey: `${context.caseId}-${number}` };
      const [{ entity }] = await Promise.all([placeOrder(context, wish), placeOrder(context, wish)]);
      if (entity === undefined) return;
      await readOrder(context, entity, userId);
      await readUntilEnded(context, entity, userId);
    };
    await Promise.all(Array.from({ length: CUSTOMERS }, (_, number) => visit(number)));
    await context.settled();
  },
  checks: [
    { check: 'identity' },
    { check: 'trace-connected' },
    { check: 'linearizability', operations: 'POST /api/v1/orders', atLeast: CUSTOMERS },
    { check: 'read-your-writes', reads: 'GET /api/v1/orders/*' },
    { check: 'convergence', reads: 'GET /api/v1/orders/*', withinMs: 2_000 },
    { check: 'key-order', types: ['order.placed', 'order.*'] },
    INVENTED,
    { check: 'durable-produce' },
    { check: 'rebuild', topic: 'order.events' },
    { check: 'secrets' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  controlChecks: [
    ...STEADY_CHECKS,
    { check: 'trace-connected' },
    { check: 'linearizability' },
    { check: 'rebuild', topic: 'order.events' },
    { check: 'identity' },
    INVENTED,
  ],
  pulse: orderCompletes,
});
