/** Two changes of a product reach the search index in the wrong order. */
import { isIndexed, isIndexUpToDate, ownProduct, putProduct, search } from '../../fixtures/workloads/catalog.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('an old change that comes after a newer one does not win in the search index', {
  hypothesis: 'When the newer of two changes is delivered first, the index keeps the newer price.',
  topologies: WHOLE_SHOPS,
  faults: [
    {
      fault: 'record-overtaken',
      target: 'catalog->kafka',
      options: { sameKey: true },
      trigger: { topic: 'catalog.events', group: 'catalog-search', times: 1 },
    },
  ],
  async workload(context) {
    const word = `v${context.caseId}${context.kind}`;
    const id = ownProduct(context, 'overtaken');
    for (const price of [1_000, 2_000]) await putProduct(context, id, price, `Lantern ${word}`);
    await context.landed();
    await context.until('the newer price to be found', () => isIndexed(context, word, 2_000), 10_000);
    // The older one comes behind it: it has been handled, too, when nothing is left.
    await context.until('every event to be handled', () => isIndexUpToDate(context), 10_000);
    await search(context, word, 'search at last');
  },
  checks: [
    { check: 'answered', atLeast: 3 },
    { check: 'told', operations: 'search at last', member: 'price', is: 2_000 },
  ],
  controlChecks: [
    { check: 'answered', atLeast: 3 },
    { check: 'told', operations: 'search at last', member: 'price', is: 2_000 },
  ],
  pulse: orderCompletes,
});
