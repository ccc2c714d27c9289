/** States in which consumers ask the user service. Used by contract verification only. */
import { randomUUID } from 'node:crypto';
import type { StateHandlers } from '../../harness/contracts/index.ts';

const ADDRESS = { label: 'home', street: 'Lane 1', city: 'Bremen', postcode: '28195', country: 'DE' };

const states: StateHandlers = {
  'nobody has the address': () => ({ email: `${randomUUID()}@customers.example` }),
  'somebody has an address': async ({ url, signal }) => {
    const { userId } = await register(url('user'), signal);
    await put(`${url('user')}/accounts/me/addresses/home`, userId, ADDRESS, signal);
    return { userId };
  },
  'there is a key to sign with': async (context) => {
    await register(context.url('user'), context.signal);
    return {};
  },
  'somebody has an account': async (context) => {
    const registered = await register(context.url('user'), context.signal);
    return { ...registered, key: registered.userId };
  },
  'somebody has changed what they prefer': async ({ url, signal }) => {
    const { userId } = await register(url('user'), signal);
    await put(`${url('user')}/accounts/me/preferences`, userId, { email: true, sms: false, push: true }, signal);
    return { key: userId };
  },
};

interface Registered {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
}

/** An account of its own, which has logged in once. */
async function register(url: string, signal: AbortSignal): Promise<Registered> {
  const email = `${randomUUID()}@customers.example`;
  const password = randomUUID();
  const { userId } = await post<{ userId: string }>(`${url}/accounts`, 201, { email, password, name: 'Casey' }, signal);
  await post(`${url}/login`, 200, { email, password }, signal);
  return { userId, email, password };
}

async function put(url: string, userId: string, body: object, signal: AbortSignal): Promise<void> {
  const headers = { 'content-type': 'application/json', 'x-user-id': userId };
  const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body), signal });
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}, not 200`);
}

async function post<Answer>(url: string, status: number, body: object, signal: AbortSignal): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
  if (answer.status !== status) throw new Error(`${url} answered ${answer.status}, not ${status}`);
  return (await answer.json()) as Answer;
}

export default states;
