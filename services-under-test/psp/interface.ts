/** What the payment service provider offers: charges, refunds and voids, each once per key, and its books. */
import { cents, type Interface, KEY, ledgerRow, listOf, moment } from '../kit/interface.ts';
import { object, oneOf, optional, text } from '../kit/shape.ts';

const about = { orderId: text(), amount: cents };

export default {
  http: {
    'POST /charges': {
      ...{ says: 'Charges an order, once per key.', headers: [KEY], refuses: [400, 409] },
      takes: object({ ...about, currency: optional(text()), method: text() }),
      gives: {
        201: object({ chargeId: text(), status: oneOf('charged'), amount: cents }),
        402: object({ status: oneOf('declined') }),
      },
    },
    'POST /refunds': {
      ...{ says: 'Gives a charge back, once per key.', headers: [KEY], takes: object(about), refuses: [400, 422] },
      gives: { 201: object({ refundId: text(), status: oneOf('refunded'), amount: cents }) },
    },
    'POST /voids': {
      ...{
        says: 'Closes a key, and undoes what was charged under it.',
        takes: object({ key: text() }),
        refuses: [400],
      },
      gives: { 200: object({ key: text(), status: oneOf('refunded', 'closed') }) },
    },
    'GET /ledger': { says: 'Its books.', query: { since: moment }, gives: { 200: listOf(ledgerRow) } },
  },
} satisfies Interface;
