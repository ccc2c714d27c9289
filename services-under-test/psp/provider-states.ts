/** States in which payment asks the payment service provider, made by its own interface. Used by contract verification only. */
import { randomUUID } from 'node:crypto';
import type { StateContext, StateHandlers } from '../../harness/contracts/index.ts';

async function ask(context: StateContext, path: string, key: string, body: unknown): Promise<void> {
  const answer = await fetch(`${context.url('psp')}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
    signal: context.signal,
  });
  if (!answer.ok) throw new Error(`the psp answered ${answer.status} to ${path}`);
}

const states: StateHandlers = {
  'an order that was not charged yet': () => ({ orderId: randomUUID() }),
  'an order was charged': async (context) => {
    const orderId = randomUUID();
    const charge = { orderId, amount: context.params.amount, currency: 'EUR', method: 'card' };
    await ask(context, '/charges', orderId, charge);
    return { orderId };
  },
  'an order whose charge was voided': async (context) => {
    const orderId = randomUUID();
    await ask(context, '/voids', `void-${orderId}`, { key: orderId });
    return { orderId };
  },
};

export default states;
