/** One service behind the gateway is dead. */
import { visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, placeOrder, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const ROUNDS = 12;

experiment('a dead backend does not close the others', {
  hypothesis:
    'When every connection to the order service breaks its breaker opens and orders are answered 503 with ' +
    'Retry-After at once, while the front page is answered as before.',
  topologies: WHOLE_SHOPS,
  faults: [{ fault: 'reset', target: 'gateway->order' }],
  async workload(context) {
    for (let round = 0; round < ROUNDS; round++) {
      await placeOrder(context);
      // A page that no cache stands in for.
      await visit(context, { name: 'browse', path: '/api/v1/home' });
    }
    await context.heal();
    await context.until('orders to be taken again', async () => (await placeOrder(context)).ok, 10_000);
    await context.settled();
  },
  checks: [
    { check: 'fallback', edge: 'gateway->order', operations: 'POST /api/v1/orders', atLeast: 8 },
    { check: 'breaker-conformance', edge: 'gateway->order' },
    { check: 'unaffected', operations: 'browse', atLeast: ROUNDS - 2 },
    { check: 'terminal-states' },
    { check: 'conservation' },
    { check: 'exactly-once' },
  ],
  pulse: orderCompletes,
});
