/** Who is let in, by token or key, also while those who issue tokens are away. */
import { NEWCOMER_KEY, WHOLESALER_KEY } from '../../fixtures/keys/partners.ts';
import { labToken } from '../../fixtures/keys/token.ts';
import { memberOf, visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, placeOrder, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment, type WorkloadContext } from '../../harness/experiment/index.ts';

const CHECKS = [
  { check: 'answered', atLeast: 14 },
  { check: 'error-shape', atLeast: 7 },
  { check: 'terminal-states', expect: { state: 'completed' } },
  { check: 'conservation' },
];

experiment('good tokens and keys open the door, others get 401 or 403, also while the user service is away', {
  hypothesis:
    'A token of a login is good for its customer also while the user service cannot be reached; expired, foreign and unsigned tokens and ' +
    'unknown keys get 401, what a key does not allow gets 403, and no service behind the door hears of it.',
  topologies: WHOLE_SHOPS,
  start: 'called',
  faults: [{ fault: 'down', target: 'gateway->user' }],
  async workload(context) {
    const authorization = `Bearer ${await newToken(context)}`;
    const { entity } = await placeOrder(context, { userId: 'user-4' });
    const mine = `/api/v1/orders/${entity}`;
    // Known by now, and good while nobody can be asked for keys.
    await visit(context, { name: 'not mine', path: mine, headers: { authorization }, okStatuses: [404] });
    await context.inject();
    const show = (name: string, headers: Record<string, string>, status: number, path = mine) =>
      visit(context, { name, path, headers, okStatuses: [status] });
    await show('mine', { authorization: `Bearer ${await labToken('user-4')}` }, 200);
    await show('not mine', { authorization }, 404);
    await show('expired', { authorization: `Bearer ${await labToken('user-4', { expiresInSeconds: -60 })}` }, 401);
    await show('for others', { authorization: `Bearer ${await labToken('user-4', { audience: 'other' })}` }, 401);
    await show('unsigned', { authorization: `Bearer ${unsigned('user-4')}` }, 401);
    await show('nothing', {}, 401);
    const partner = '/api/v1/partner/stock/product-1';
    await show('partner', { 'x-api-key': WHOLESALER_KEY }, 200, partner);
    await show('newcomer', { 'x-api-key': NEWCOMER_KEY }, 403, partner);
    await show('unknown key', { 'x-api-key': 'guessed' }, 401, partner);
    await show('partner on orders', { 'x-api-key': WHOLESALER_KEY }, 403);
    await context.heal();
    await context.settled();
  },
  checks: CHECKS,
  // It is so without a fault as well.
  controlChecks: CHECKS,
  pulse: orderCompletes,
});

/** The token of a customer who registers and logs in. Passwords are hashed slowly on purpose: a machine with much to do may need a second try. */
async function newToken(context: WorkloadContext): Promise<string> {
  const body = { email: `${context.caseId}@customers.example`, password: context.random.hex(16) };
  const post = (name: string, path: string, sent: object, okStatuses: readonly number[]) =>
    visit(context, { name, method: 'POST', path, body: sent, okStatuses });
  const register = () => post('register', '/api/v1/accounts', { ...body, name: 'Newly Come' }, [201, 409, 503]);
  await context.until('an account', async () => (await register()).status !== 503, 10_000);
  let token = '';
  const login = async () => {
    const answer = await post('log in', '/api/v1/login', body, [200, 503]);
    token = String(memberOf(answer.body, 'access_token') ?? '');
    return answer.ok && token !== '';
  };
  await context.until('a token', login, 10_000);
  return token;
}

/** `alg: none`: a token that anybody can write. */
function unsigned(sub: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', kid: 'lab-only-2025' })}.${part({ sub, aud: 'shop', exp: 4_102_444_800 })}.`;
}
