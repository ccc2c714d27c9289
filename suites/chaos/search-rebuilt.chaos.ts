/** The search index hears nothing of the catalog's events. */
import { isIndexed, ownProduct, putProduct, search } from '../../fixtures/workloads/catalog.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const PRICE = 1_700;

experiment('a search index that is cut off from events answers, says how far it is behind, and is rebuilt on demand', {
  hypothesis:
    'While the index gets no events a search is answered from what it has and tells that it is behind; ' +
    'after a rebuild it finds the product, and it catches up by itself when events come again.',
  topologies: WHOLE_SHOPS,
  start: 'called',
  faults: [
    {
      fault: 'topic-withheld',
      target: 'catalog->kafka',
      trigger: { topic: 'catalog.events', group: 'catalog-search' },
    },
  ],
  async workload(context) {
    const word = `w${context.caseId}${context.kind}`;
    const id = ownProduct(context);
    await context.inject();
    await putProduct(context, id, PRICE, `Lantern ${word}`);
    await context.landed();
    await search(context, word, 'search while cut off');
    await context.call({ door: 'catalog', method: 'POST', path: '/search/rebuilds' });
    await search(context, word, 'search after the rebuild');
    await putProduct(context, id, PRICE + 100, `Lantern ${word}`);
    await context.heal();
    await context.until('the index to catch up', () => isIndexed(context, word, PRICE + 100), 10_000);
    await search(context, word, 'search at last');
  },
  checks: [
    { check: 'answered', atLeast: 6 },
    { check: 'told', operations: 'search while cut off', member: 'found', is: 0 },
    { check: 'told', operations: 'search while cut off', member: 'behind', is: 1 },
    { check: 'told', operations: 'search after the rebuild', member: 'price', is: PRICE },
    { check: 'told', operations: 'search at last', member: 'price', is: PRICE + 100 },
  ],
  controlChecks: [
    { check: 'answered', atLeast: 6 },
    { check: 'told', operations: 'search at last', member: 'price', is: PRICE + 100 },
  ],
  pulse: orderCompletes,
});
