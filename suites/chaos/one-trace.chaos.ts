/** Everything that is done for an order belongs to one trace, under one correlation id. */
import { visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, placeOrder, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import type { WorkloadContext } from '../../harness/experiment/index.ts';
import { experiment } from '../../harness/experiment/index.ts';
import { traceOfSpans } from '../../harness/history/index.ts';

/** Who has something to do for every order that completes. */
const TAKES_PART = ['gateway', 'order', 'inventory', 'payment', 'shipping', 'notification'];
const LOOK_BACK_LINES = 400;

/** The spans of the order's trace, once those that take part have told of theirs. */
async function traceOf(context: WorkloadContext, orderId: string) {
  const traceId = (await context.entities()).find(({ entity }) => entity === orderId)?.trace ?? '';
  const look = async () => traceOfSpans(await context.seen(), traceId);
  await context.until(
    'spans of everybody who takes part',
    async () => (await look()).services.filter((name) => TAKES_PART.includes(name)).length === TAKES_PART.length,
    5_000,
  );
  const { roots, services } = await look();
  return { pieces: roots.length, missing: TAKES_PART.filter((name) => !services.includes(name)).join(' ') };
}

/** Lines that services wrote for the order under another correlation id than that of the request. */
async function strayLines(context: WorkloadContext, orderId: string, correlationId: string) {
  let lines = 0;
  const stray: string[] = [];
  for (const service of TAKES_PART) {
    for (const line of await context.lab.parts.logTail(service, LOOK_BACK_LINES)) {
      if (!line.includes(orderId) || !line.startsWith('{')) continue;
      lines++;
      if (!line.includes(`"correlationId":"${correlationId}"`)) stray.push(`${service}: ${line.slice(0, 100)}`);
    }
  }
  return { enough: lines >= TAKES_PART.length - 1, stray: stray.join(' | ').slice(0, 300) };
}

const CHECKS = [
  { check: 'answered', atLeast: 3 },
  { check: 'told', operations: 'spans', member: 'pieces', is: 1 },
  { check: 'told', operations: 'spans', member: 'missing', is: '' },
  { check: 'told', operations: 'lines', member: 'enough', is: true },
  { check: 'told', operations: 'lines', member: 'stray', is: '' },
  { check: 'terminal-states', expect: { state: 'completed' } },
  { check: 'conservation' },
];

experiment('an order is one connected trace under one correlation id, through every call, message and outbox', {
  hypothesis:
    'While the payment is slow, the spans of all services for one order hang together in the trace of the request that ' +
    'placed it, and every line of every log about it carries its correlation id.',
  topologies: WHOLE_SHOPS,
  faults: [
    { fault: 'delay', target: 'payment->psp', options: { delayMs: 120 }, trigger: { operation: 'POST /charges' } },
  ],
  async workload(context) {
    const placed = await placeOrder(context, { userId: 'user-7' });
    const orderId = placed.entity ?? '';
    await context.settled();
    await context.step({ name: 'spans', work: () => traceOf(context, orderId) });
    const correlationId = placed.headers['x-correlation-id'] ?? '';
    await context.step({ name: 'lines', work: () => strayLines(context, orderId, correlationId) });
    await visit(context, { path: '/api/v1/products/product-1' });
  },
  checks: CHECKS,
  controlChecks: CHECKS,
  pulse: orderCompletes,
});
