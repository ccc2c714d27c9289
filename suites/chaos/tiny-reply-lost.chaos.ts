/** The smallest experiment there is: the book did its work and its answer is lost; the till asks again, and books once. */
import { saleIsBooked, sell } from '../../fixtures/workloads/tiny.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment("the book's reply lost after it booked is one entry", {
  hypothesis: 'When the answer of the book is lost after it booked, the till asks again under the same key: one entry.',
  topologies: ['tiny'],
  faults: [{ fault: 'lost-reply', target: 'till->book', trigger: { operation: 'POST /entries', times: 1 } }],
  async workload(context) {
    await sell(context);
    await context.settled();
  },
  checks: [{ check: 'exactly-once' }, { check: 'answered' }, { check: 'terminal-states', expect: { state: 'booked' } }],
  pulse: saleIsBooked,
});
