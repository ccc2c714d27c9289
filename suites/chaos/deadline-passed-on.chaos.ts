/** A page is put together under the deadline of the request that asked for it. */
import { visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const CHECKS = [
  { check: 'answered', atLeast: 6 },
  { check: 'deadline-propagation', edges: 'bff-*', atLeast: 6 },
];

experiment('a deadline goes along with every call that is made for a request', {
  hypothesis:
    'While the catalog is slow, no call that a front end’s door makes for a page is given more time than the gateway has left for it.',
  topologies: WHOLE_SHOPS,
  faults: [
    { fault: 'delay', target: 'bff-web->catalog', options: { delayMs: 120 } },
    { fault: 'delay', target: 'bff-web-2->catalog', options: { delayMs: 120 } },
  ],
  async workload(context) {
    for (let index = 0; index < 6; index++) await visit(context, { name: 'page', path: '/api/v1/home' });
  },
  checks: CHECKS,
  controlChecks: CHECKS,
  pulse: orderCompletes,
});
