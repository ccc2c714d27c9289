/** The API documents tell what is so: everything that crosses the wire on a walk through the whole shop is compared with them. */
import { documentsToCompare } from '../../fixtures/documents/all.ts';
import { walkAccount, walkCart, walkCatalog, walkOrders } from '../../fixtures/workloads/every-route.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('every call and every message is what its API document says', {
  hypothesis:
    'On a walk through every public route, with orders that come to each of their ends while the provider is slow, every ' +
    'call is an operation of its service’s OpenAPI document or .proto file and every message one of AsyncAPI, by name and type.',
  topologies: WHOLE_SHOPS,
  // Slow enough for a customer to change their mind.
  faults: [{ fault: 'latency', target: 'payment->psp', options: { latencyMs: 200 } }],
  async workload(context) {
    const userId = await walkAccount(context);
    await walkCatalog(context);
    await walkCart(context, userId);
    await walkOrders(context, userId);
    await context.settled();
  },
  checks: [
    { check: 'documented', atLeast: 85, ...documentsToCompare() },
    { check: 'answered', atLeast: 40 },
    { check: 'error-shape', atLeast: 4 },
    { check: 'terminal-states' },
    { check: 'conservation' },
  ],
  pulse: orderCompletes,
});
