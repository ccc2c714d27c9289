/** The inventory is gone, and the stock is still told. */
import { visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a page is told from the cache while its service is away, and says how old it is', {
  hypothesis:
    'When the inventory cannot be reached, a stock that was asked for before is still told, marked as ' +
    'stale, with its validator; one that nobody asked for is 503.',
  topologies: WHOLE_SHOPS,
  start: 'called',
  faults: [{ fault: 'down', target: 'gateway->inventory' }],
  async workload(context) {
    const product = `product-${context.random.integer(1, 15)}`;
    let etag = '';
    const look = (name: string, headers: Record<string, string> = {}) =>
      visit(context, {
        ...{ name, path: `/api/v1/stock/${product}`, headers, okStatuses: [200, 304] },
        saw: (_body, answer) => {
          etag = answer.etag ?? etag;
          return { from: answer['x-cache'] ?? 'nowhere', etag: answer.etag ?? '' };
        },
      });
    await look('fresh');
    await context.inject();
    if (context.kind === 'control') return;
    const isStale = async () => (await look('while away')).headers['x-cache'] === 'stale';
    await context.until('the page to be stale', isStale, 5_000);
    await look('at last');
    await look('unchanged', { 'if-none-match': etag });
    await visit(context, { name: 'never asked', path: '/api/v1/stock/product-16', okStatuses: [503] });
  },
  checks: [
    { check: 'answered', atLeast: 4 },
    { check: 'told', operations: 'at last', member: 'from', is: 'stale' },
    { check: 'told', operations: 'unchanged', member: 'from', is: 'stale' },
  ],
  controlChecks: [{ check: 'answered' }],
  pulse: orderCompletes,
});
