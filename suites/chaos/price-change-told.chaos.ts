/** A price changes, and the cache does not want to hear of it. */
import { lookAtProduct, ownProduct, putProduct } from '../../fixtures/workloads/catalog.ts';
import { memberOf } from '../../fixtures/workloads/door.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const OLD = 1_500;
const NEW = 2_500;

experiment('a changed price is shown soon, also when Redis first refuses to be told', {
  hypothesis:
    'A product that lies in the cache is shown at its new price once the event of the change has been handled, also when Redis refuses the first tries.',
  topologies: WHOLE_SHOPS,
  start: 'called',
  faults: [
    {
      fault: 'redis-error',
      target: 'catalog->redis',
      options: { error: 'oom' },
      trigger: { operation: 'EVAL*', times: 2 },
      scope: 'shared',
    },
  ],
  async workload(context) {
    const id = ownProduct(context);
    await putProduct(context, id, OLD);
    const isCached = async () => (await lookAtProduct(context, id)).headers['x-cache'] === 'hit';
    await context.until('the product to lie in the cache', isCached, 5_000);
    await context.inject();
    await putProduct(context, id, NEW);
    await context.landed();
    const isNew = async () => memberOf((await lookAtProduct(context, id)).body, 'price') === NEW;
    await context.until('the new price to be shown', isNew, 10_000);
    await context.heal();
    await context.until('the product to lie in the cache again', isCached, 5_000);
    await lookAtProduct(context, id, 'GET product at last');
  },
  checks: [
    { check: 'answered', atLeast: 4 },
    { check: 'told', operations: 'GET product at last', member: 'price', is: NEW },
    { check: 'told', operations: 'GET product at last', member: 'from', is: 'hit' },
  ],
  controlChecks: [
    { check: 'answered', atLeast: 4 },
    { check: 'told', operations: 'GET product at last', member: 'price', is: NEW },
  ],
  pulse: orderCompletes,
});
