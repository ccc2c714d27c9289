/** The cache is gone, the database slow, and everybody wants the same product. */
import { lookAtProduct, ownProduct, putProduct } from '../../fixtures/workloads/catalog.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const CROWD = 40;

experiment('without its cache the catalog answers from the database, which is asked once for all who want the same', {
  hypothesis:
    'While Redis cannot be reached products are shown all the same; forty who want one product at once cost one load of it; later the cache is used again.',
  topologies: WHOLE_SHOPS,
  start: 'called',
  faults: [
    { fault: 'down', target: 'catalog->redis' },
    {
      fault: 'delay',
      target: 'catalog->postgres',
      options: { delayMs: 200 },
      trigger: { operation: 'product-find' },
      scope: 'shared',
    },
  ],
  async workload(context) {
    const id = ownProduct(context);
    const warm = `${id}-warm`;
    for (const each of [warm, id]) await putProduct(context, each, 1_500);
    // The catalog connects in the background: until then it has no cache either.
    const isConnected = async () =>
      (await lookAtProduct(context, warm, 'warm up', [200, 503])).headers['x-cache'] === 'hit';
    await context.until('the catalog to have its cache', isConnected, 10_000);
    await context.inject();
    await context.step({
      name: 'a crowd',
      async work() {
        const before = await loads();
        await Promise.all(Array.from({ length: CROWD }, () => lookAtProduct(context, id)));
        return { loads: (await loads()) - before };
      },
    });
    await context.heal();
    const isCached = async () => (await lookAtProduct(context, id)).headers['x-cache'] === 'hit';
    await context.until('the cache to be used', isCached, 10_000);
    await lookAtProduct(context, id, 'GET product at last');

    async function loads(): Promise<number> {
      const seen = await context.seen();
      return seen.filter(
        (record) =>
          record.type === 'exchange' && record.edge === 'catalog->postgres' && record.operation === 'product-find',
      ).length;
    }
  },
  checks: [
    { check: 'answered', atLeast: CROWD },
    { check: 'told', operations: 'a crowd', member: 'loads', is: 1 },
    { check: 'told', operations: 'GET product', member: 'price', is: 1_500 },
    { check: 'told', operations: 'GET product at last', member: 'from', is: 'hit' },
  ],
  controlChecks: [{ check: 'answered', atLeast: CROWD }],
  pulse: orderCompletes,
});
