/** The payment service provider: outside world. Charges, refunds and voids by idempotency key, and shows its books. */
import { randomUUID } from 'node:crypto';
import { createLedger, showBooks } from '../kit/ledger.ts';
import { type PlainRequest, servePlainly } from '../kit/plain-server.ts';
import { numberSetting } from '../kit/settings.ts';
import { createPsp, problem } from './rules.ts';

const ledger = createLedger();
const psp = createPsp(ledger, randomUUID);

servePlainly(numberSetting('PORT'), {
  'POST /charges': (request) => {
    const { orderId, amount, method } = request.body;
    const key = keyOf(request);
    if (key === undefined || typeof orderId !== 'string' || !isAmount(amount)) return incomplete();
    return psp.charge(key, { orderId, amount, method: String(method) });
  },
  'POST /refunds': (request) => {
    const { orderId, amount } = request.body;
    const key = keyOf(request);
    if (key === undefined || typeof orderId !== 'string' || !isAmount(amount)) return incomplete();
    return psp.refund(key, { orderId, amount });
  },
  'POST /voids': ({ body }) => (typeof body.key === 'string' ? psp.void(body.key) : incomplete()),
  'GET /ledger': showBooks(ledger),
});

function keyOf({ headers }: PlainRequest): string | undefined {
  const key = headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key : undefined;
}

function isAmount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function incomplete() {
  return problem(400, 'Incomplete', 'an Idempotency-Key header, an orderId and an amount in cents are needed');
}
