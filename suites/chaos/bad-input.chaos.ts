/** Whatever is sent to any public route: it is answered, never by a 5xx, and a refusal is one that can be acted on. */
import { sendAnything, sendForbiddenBodies, sendWhatLooksGood } from '../../fixtures/workloads/bad-input.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const CHECKS = [
  { check: 'answered', atLeast: 500 },
  { check: 'error-shape', atLeast: 400 },
  { check: 'secrets' },
  { check: 'terminal-states' },
  { check: 'conservation' },
  { check: 'exactly-once' },
];

experiment('bad input is refused at every public route, and never an error of the server', {
  hypothesis:
    'Every body that the API document forbids is answered 400, what only looks good by the status that is right, and whatever ' +
    'else is sent to any public route is answered without a 5xx; refusals are problem documents that tell nothing of the inside.',
  topologies: WHOLE_SHOPS,
  // Slow mails are no reason for an error at the door.
  faults: [{ fault: 'latency', target: 'notification->mail', options: { latencyMs: 50 } }],
  async workload(context) {
    const userId = `bad-${context.caseId}`;
    await sendWhatLooksGood(context, userId);
    await sendForbiddenBodies(context, userId);
    await sendAnything(context, userId, 300);
    await context.settled();
  },
  checks: CHECKS,
  // It is so without a fault as well.
  controlChecks: CHECKS,
  pulse: orderCompletes,
});
