/** What the order history offers: orders with all that belongs to them, and how far behind it is. */
import { cents, type Interface, ledgerRow, listOf, moment, nullable, some, USER, uuid } from '../kit/interface.ts';
import { object, oneOf, optional, text, whole } from '../kit/shape.ts';

const lag = object({ records: whole() });
const line = object({ productId: text(), quantity: whole({ min: 1 }), price: cents });
const row = {
  ...{ orderId: uuid, userId: text(), placedAt: moment, updatedAt: moment, status: text(), reason: nullable(some) },
  ...{ lines: listOf(line), total: cents, shippingAddressId: text() },
  stock: nullable(object({ status: text(), reason: optional(some) })),
  payment: nullable(object({ status: text(), amount: optional(cents), reason: optional(some) })),
  shipment: nullable(object({ status: text(), tracking: optional(text()), reason: optional(some) })),
};

export default {
  http: {
    'GET /orders': {
      ...{ says: 'One’s orders, youngest first.', headers: [USER], refuses: [400, 503] },
      query: { before: moment, limit: whole({ min: 1 }) },
      gives: { 200: object({ orders: listOf(object(row)), next: optional(moment), lag }) },
    },
    'GET /orders/:id': {
      ...{ says: 'One of them.', headers: [USER], gives: { 200: object({ ...row, lag }) }, refuses: [400, 404, 503] },
    },
    'GET /ledger': { says: 'For whoever checks: every order once.', gives: { 200: listOf(ledgerRow) }, refuses: [503] },
    'POST /rebuild': {
      ...{ says: 'For operators: reads everything again from the beginning.', refuses: [503] },
      gives: { 202: object({ status: oneOf('rebuilding') }) },
    },
    'POST /dead-letters/replay': {
      ...{
        says: 'For operators: sends dead letters back.',
        gives: { 200: object({ replayed: whole() }) },
        refuses: [503],
      },
    },
  },
} satisfies Interface;
