/** A partner comes too often while Redis is away. */
import { knockTooOften, visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

/** What the corner shop gets of a gateway that has to count alone: a quarter. */
const ALONE = { perSecond: 2.5, burst: 1 };

experiment('while Redis is away the door stays open, and each gateway counts by itself', {
  hypothesis:
    'When Redis cannot be reached ordinary customers are served as before, and a partner that comes ' +
    'too often gets a quarter of its bucket from each gateway.',
  topologies: WHOLE_SHOPS,
  start: 'called',
  faults: [{ fault: 'down', target: 'gateway->redis' }],
  async workload(context) {
    await context.inject();
    const isCase = context.kind === 'case';
    if (isCase) await knockTooOften(context);
    for (let customer = 0; customer < 5; customer++)
      await visit(context, { name: 'browse', path: '/api/v1/products/product-1' });
  },
  checks: [
    { check: 'rate-limit', operations: 'partner', ...ALONE },
    { check: 'answered', operations: 'browse', atLeast: 5 },
  ],
  controlChecks: [{ check: 'answered' }],
  pulse: orderCompletes,
});
