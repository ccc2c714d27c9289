/** What the gateway counts is what its callers saw. */
import { askPart, samplesOf, visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, placeOrder, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import type { Reply, WorkloadContext } from '../../harness/experiment/index.ts';
import { experiment } from '../../harness/experiment/index.ts';

const VISITS = 8;
/** Nobody else asks here. */
const ROUTE = 'GET /api/orders/:id';

/** What the gateway has counted of the route: all, and those it could not serve. */
async function counted(context: WorkloadContext): Promise<{ all: number; failed: number }> {
  const { text } = await askPart(context, 'gateway', '/metrics');
  const counts = samplesOf(text, 'http_requests_total').filter(({ labels }) => labels.includes(`route="${ROUTE}"`));
  const sum = (some: typeof counts) => some.reduce((total, { value }) => total + value, 0);
  return { all: sum(counts), failed: sum(counts.filter(({ labels }) => labels.includes('status="5'))) };
}

experiment('what the gateway counts, and what it writes down, is what its callers saw', {
  hypothesis:
    'While some reads of orders fail, the metrics of the route count every request and every failure, ' +
    'and the access log has a line with the correlation id of each.',
  topologies: WHOLE_SHOPS,
  faults: [
    {
      ...{ fault: 'status', target: 'gateway->order', options: { status: 500 } },
      trigger: { operation: 'GET /orders/*', times: 3 },
    },
  ],
  async workload(context) {
    const userId = 'user-8';
    const { entity } = await placeOrder(context, { userId });
    const before = await counted(context);
    const replies: Reply[] = [];
    for (let index = 0; index < VISITS; index++)
      replies.push(
        await visit(context, { name: 'read', path: `/api/orders/${entity}`, userId, okStatuses: [200, 503] }),
      );
    const failed = replies.filter(({ status }) => status === 503).length;
    const agree = async () => {
      const after = await counted(context);
      return { all: after.all - before.all, failures: after.failed - before.failed === failed, failed };
    };
    await context.step({ name: 'metrics', work: agree });
    const isWritten = async () => {
      const lines = await context.lab.parts.logTail('gateway', 200);
      const has = (id = 'none') =>
        lines.some((line) => line.includes(`"correlationId":"${id}"`) && line.includes('answered'));
      return replies.every(({ headers }) => has(headers['x-correlation-id']));
    };
    // Log lines of a moment leave together.
    const written = async () => ({ all: await context.until('the lines of all visits', isWritten, 2_000) });
    await context.step({ name: 'access log', work: written });
    await context.settled();
  },
  checks: [
    { check: 'answered', operations: 'read', atLeast: VISITS },
    { check: 'told', operations: 'metrics', member: 'all', is: VISITS },
    { check: 'told', operations: 'metrics', member: 'failures', is: true },
    { check: 'told', operations: 'metrics', member: 'failed', is: 3 },
    { check: 'told', operations: 'access log', member: 'all', is: true },
    { check: 'terminal-states', expect: { state: 'completed' } },
  ],
  pulse: orderCompletes,
});
