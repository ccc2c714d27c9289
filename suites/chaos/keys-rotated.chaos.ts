/** The keys that sign tokens are rotated while the gateway cannot fetch the new ones at once. */
import { memberOf, visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a rotation of the signing keys logs nobody out, and the new key is soon known', {
  hypothesis:
    'After a rotation tokens signed by the old key are good as before, and those signed by the new one as soon as the gateway could fetch it.',
  topologies: WHOLE_SHOPS,
  start: 'called',
  faults: [
    {
      fault: 'status',
      target: 'gateway->user',
      options: { status: 503 },
      trigger: { operation: 'GET /.well-known/jwks.json', times: 1 },
    },
  ],
  async workload(context) {
    const body = { email: `${context.caseId}-${context.kind}@customers.example`, password: context.random.hex(16) };
    await visit(context, {
      name: 'register',
      method: 'POST',
      path: '/api/v1/accounts',
      body: { ...body, name: 'Kay' },
    });
    const logIn = async () => {
      const { body: token } = await visit(context, { name: 'log in', method: 'POST', path: '/api/v1/login', body });
      return { authorization: `Bearer ${memberOf(token, 'access_token')}` };
    };
    const me = (name: string, headers: Record<string, string>, okStatuses = [200]) =>
      visit(context, { name, path: '/api/v1/accounts/me', headers, okStatuses });
    const before = await logIn();
    await context.until(
      'the first key to be known',
      async () => (await me('first', before, [200, 401])).status === 200,
      8_000,
    );
    await context.inject();
    await context.call({ door: 'user', method: 'POST', path: '/keys/rotations' });
    const after = await logIn();
    await context.until(
      'the new key to be known',
      async () => (await me('new', after, [200, 401])).status === 200,
      8_000,
    );
    await me('by the new key', after);
    await me('by the old key', before);
  },
  checks: [{ check: 'answered', atLeast: 6 }],
  controlChecks: [{ check: 'answered', atLeast: 6 }],
  pulse: orderCompletes,
});
