/** The inventory does not answer whether there is enough: orders are taken all the same. */
import { orderCompletes, placeOrder, placeOrders, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment, type WorkloadContext } from '../../harness/experiment/index.ts';

/** One more order: it was, or was not, asked whether there is enough. */
async function isAskedAgain(context: WorkloadContext): Promise<boolean> {
  const answers = async () =>
    (await context.seen()).filter(
      (record) => record.type === 'exchange' && record.edge === 'order->inventory' && record.outcome === 'answered',
    ).length;
  const before = await answers();
  await placeOrder(context);
  return (await answers()) > before;
}

experiment('orders are taken while nobody says whether there is stock', {
  hypothesis:
    "When the inventory's gRPC door does not answer, the order service gives up soon, opens its breaker, takes orders without " +
    'asking, and the saga completes them.',
  topologies: WHOLE_SHOPS,
  faults: [{ fault: 'latency', target: 'order->inventory', options: { latencyMs: 2_000 } }],
  async workload(context) {
    for (let round = 0; round < 3; round++) await placeOrder(context);
    await placeOrders(context, 6);
    await context.heal();
    await context.until('the inventory to be asked again', () => isAskedAgain(context), 5_000);
    await context.settled();
  },
  checks: [
    { check: 'answered' },
    { check: 'deadline', edge: 'order->inventory' },
    { check: 'breaker-conformance', edge: 'order->inventory' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
