/** What the carrier offers: it takes parcels, says where they are, and shows its books. */
import { cents, type Interface, KEY, ledgerRow, listOf, moment } from '../kit/interface.ts';
import { object, text } from '../kit/shape.ts';

const step = object({ status: text(), at: moment });

export default {
  http: {
    'POST /shipments': {
      ...{ says: 'Takes a parcel, once per key.', headers: [KEY], refuses: [400, 422] },
      takes: object({ orderId: text(), addressId: text(), value: cents }),
      gives: { 201: object({ shipmentId: text(), tracking: text() }) },
    },
    'POST /tracking': {
      ...{ says: 'Where a parcel is.', takes: object({ tracking: text() }), refuses: [404] },
      gives: { 200: object({ tracking: text(), steps: listOf(step) }) },
    },
    'GET /ledger': { says: 'Its books.', query: { since: moment }, gives: { 200: listOf(ledgerRow) } },
  },
} satisfies Interface;
