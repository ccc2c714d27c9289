/** What the shop refuses, and what breaks behind its door: one shape, and nothing of the inside. */
import { labToken } from '../../fixtures/keys/token.ts';
import { orderCompletes, placeOrder, SHOPS } from '../../fixtures/workloads/shop.ts';
import { mustBeRefused, orderBody } from '../../fixtures/workloads/shop-visits.ts';
import { experiment } from '../../harness/experiment/index.ts';

/** What a service that falls over may say of itself. */
const CONFESSION = 'Error: connect ECONNREFUSED 127.0.0.1:5432\n    at Socket.connect (node:net:1278:16)';

experiment('refusals have one shape and tell nothing of the inside', {
  hypothesis:
    'Whoever shows no good token, asks for what is not theirs, or sends what makes no sense is refused with a problem document and its correlation id; ' +
    'so is everybody while the order service fails, and nothing it says of itself reaches the door.',
  topologies: SHOPS,
  faults: [
    {
      fault: 'status',
      target: 'gateway->order',
      options: { status: 500, body: CONFESSION, headers: { 'content-type': 'text/plain' } },
      trigger: { operation: 'POST /orders', nth: 3, times: 1 },
    },
  ],
  async workload(context) {
    const [ann, bob] = [await labToken('ann'), await labToken('bob')];
    const mine = await placeOrder(context, { userId: 'ann', idempotencyKey: `${context.caseId}-mine` });
    const order = `/api/v1/orders/${mine.entity}`;
    await mustBeRefused(context, { status: 401, body: orderBody('no-token') });
    await mustBeRefused(context, { status: 401, token: await labToken('ann', { expiresInSeconds: -60 }), path: order });
    await mustBeRefused(context, { status: 401, token: await labToken('ann', { audience: 'elsewhere' }), path: order });
    await mustBeRefused(context, { status: 401, path: order });
    await mustBeRefused(context, { status: 404, token: bob, path: order });
    await mustBeRefused(context, { status: 404, token: ann, path: '/api/v1/nowhere' });
    const other = orderBody(`${context.caseId}-mine`, { shippingAddressId: 'address-2' });
    await mustBeRefused(context, { status: 422, token: ann, body: other });
    if (context.kind === 'case')
      await mustBeRefused(context, { status: 503, token: bob, body: orderBody(`${context.caseId}-failed`) });
    await mustBeRefused(context, { status: 400, token: ann, body: orderBody(`${context.caseId}-none`, { items: [] }) });
    await context.settled();
  },
  checks: [
    { check: 'answered' },
    { check: 'error-shape', atLeast: 8 },
    { check: 'secrets' },
    { check: 'terminal-states' },
    { check: 'conservation' },
    { check: 'exactly-once' },
  ],
  pulse: orderCompletes,
});
