/** A partner comes too often. */
import { CORNER_SHOP, knockTooOften } from '../../fixtures/workloads/door.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const CHECKS = [
  { check: 'rate-limit', operations: 'partner', ...CORNER_SHOP },
  { check: 'error-shape', operations: 'partner' },
  { check: 'answered' },
];

experiment('a partner that comes too often is told when to come again, however slow Redis is', {
  hypothesis:
    'A partner that calls more often than its bucket allows gets what the bucket holds and else ' +
    '429 with Retry-After; that Redis is slow changes nothing.',
  topologies: WHOLE_SHOPS,
  faults: [{ fault: 'latency', target: 'gateway->redis', options: { latencyMs: 20 } }],
  workload: knockTooOften,
  checks: CHECKS,
  // It is so without a fault as well.
  controlChecks: CHECKS,
  pulse: orderCompletes,
});
