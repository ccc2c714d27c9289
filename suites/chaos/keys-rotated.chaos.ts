/** The keys that sign tokens are rotated while the gateway cannot fetch the new ones at once. */
import { memberOf, visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment, type WorkloadContext } from '../../harness/experiment/index.ts';

const SOON_MS = 8_000;

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
      scope: 'shared',
    },
  ],
  async workload(context) {
    const account = { email: `${context.caseId}-${context.kind}@customers.example`, password: context.random.hex(16) };
    await register(context, account);
    const before = await logIn(context, account);
    const isKnown = (headers: Record<string, string>) => async () =>
      (await lookAtMe(context, 'a new key', headers, [200, 401])).status === 200;
    await context.until('the first key to be known', isKnown(before), SOON_MS);
    await context.inject();
    await context.call({ door: 'user', method: 'POST', path: '/keys/rotations' });
    const after = await logIn(context, account);
    await context.until('the new key to be known', isKnown(after), SOON_MS);
    await lookAtMe(context, 'by the new key', after);
    await lookAtMe(context, 'by the old key', before);
  },
  checks: [{ check: 'answered', atLeast: 6 }],
  controlChecks: [{ check: 'answered', atLeast: 6 }],
  pulse: orderCompletes,
});

interface Account {
  readonly email: string;
  readonly password: string;
}

/** Passwords are slow to check on purpose: on a busy machine it takes more than one try. */
async function register(context: WorkloadContext, account: Account): Promise<void> {
  const body = { ...account, name: 'Kay' };
  const isIn = async () => {
    const visitor = { name: 'register', method: 'POST', path: '/api/v1/accounts', body } as const;
    return [201, 409].includes((await visit(context, { ...visitor, okStatuses: [201, 409, 503] })).status);
  };
  await context.until('the account to be made', isIn, SOON_MS);
}

async function logIn(context: WorkloadContext, body: Account): Promise<Record<string, string>> {
  let token: unknown;
  const isIn = async () => {
    const visitor = { name: 'log in', method: 'POST', path: '/api/v1/login', body } as const;
    const reply = await visit(context, { ...visitor, okStatuses: [200, 503] });
    token = memberOf(reply.body, 'access_token');
    return reply.status === 200;
  };
  await context.until('the customer to be logged in', isIn, SOON_MS);
  return { authorization: `Bearer ${token}` };
}

function lookAtMe(context: WorkloadContext, name: string, headers: Record<string, string>, okStatuses = [200]) {
  return visit(context, { name, path: '/api/v1/accounts/me', headers, okStatuses });
}
