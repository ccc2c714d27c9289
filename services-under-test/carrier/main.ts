/** The carrier: outside world. Takes shipments by idempotency key, refuses some addresses, and shows its books. */
import { randomUUID } from 'node:crypto';
import { createLedger } from '../kit/ledger.ts';
import { servePlainly } from '../kit/plain-server.ts';
import { numberSetting } from '../kit/settings.ts';
import { createCarrier } from './rules.ts';

const ledger = createLedger();
const ship = createCarrier(ledger, randomUUID);

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
    return ship(key, { orderId, addressId, value: value as number });
  },
  'GET /ledger': () => ({ status: 200, body: ledger.entries() }),
});
