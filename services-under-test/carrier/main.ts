/** The carrier: outside world. Takes shipments by idempotency key, refuses some addresses, and shows its books. */
import { randomUUID } from 'node:crypto';
import { createLedger, showBooks } from '../kit/ledger.ts';
import { servePlainly } from '../kit/plain-server.ts';
import { numberSetting } from '../kit/settings.ts';
import { nowMs } from '../kit/time.ts';
import { createCarrier, stepsBy } from './rules.ts';

const ledger = createLedger();
const ship = createCarrier(ledger, randomUUID);
/** When each parcel began its way, by its tracking code. */
const shippedAt = new Map<string, number>();

servePlainly(numberSetting('PORT'), {
  'POST /shipments': ({ headers, body }) => {
    const { orderId, addressId, value } = body;
    const key = headers['idempotency-key'];
    if (
      typeof key !== 'string' ||
      typeof orderId !== 'string' ||
      typeof addressId !== 'string' ||
      !Number.isSafeInteger(value)
    ) {
      const detail = 'an Idempotency-Key header, an orderId, an addressId and a value in cents are needed';
      return { status: 400, body: { title: 'Incomplete', status: 400, detail } };
    }
    const answer = ship(key, { orderId, addressId, value: value as number });
    const { tracking } = answer.body as { tracking?: string };
    if (tracking !== undefined && !shippedAt.has(tracking)) shippedAt.set(tracking, nowMs());
    return answer;
  },
  'POST /tracking': ({ body: { tracking } }) => {
    const since = shippedAt.get(String(tracking));
    if (since === undefined) return { status: 404, body: { title: 'Parcel not found', status: 404 } };
    return { status: 200, body: { tracking, steps: stepsBy(nowMs(), since) } };
  },
  'GET /ledger': showBooks(ledger),
});
