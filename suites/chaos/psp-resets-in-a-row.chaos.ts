/** The provider breaks off three calls in a row, for one order after the other: pauses are seen as they were meant, not as a busy machine makes them. */
import { orderCompletes, placeOrder, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment, type WorkloadContext } from '../../harness/experiment/index.ts';

const ORDERS = 18;

/** True once the provider has answered so many charges: only then are the calls of the next order the next ones. */
async function charged(context: WorkloadContext, count: number): Promise<boolean> {
  const answered = (await context.seen()).filter(
    (record) =>
      record.type === 'exchange' &&
      record.edge === 'payment->psp' &&
      record.operation === 'POST /charges' &&
      record.outcome === 'answered',
  );
  return answered.length >= count;
}

experiment('pauses between the attempts of a charge grow, and are partly left to chance', {
  hypothesis:
    'When the provider breaks off three calls in a row, payment waits longer each time, and no two orders wait for the same time: ' +
    'callers that failed together do not come back together.',
  topologies: SHOPS,
  // Of every four calls the fourth is let through.
  faults: [1, 2, 3].map((nth) => ({
    fault: 'reset',
    target: 'payment->psp',
    trigger: { operation: 'POST /charges', nth, every: 4 },
  })),
  async workload(context) {
    for (let order = 1; order <= ORDERS; order++) {
      await placeOrder(context);
      // One that is not charged is judged; the others would wait for it in vain.
      if (!(await context.until('the order to be charged', () => charged(context, order), 10_000))) break;
    }
    await context.settled();
  },
  checks: [
    { check: 'retries', edge: 'payment->psp', attempts: 3, backoffMs: 50, growth: 1.4, jitter: true },
    { check: 'exactly-once' },
    { check: 'conservation' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
