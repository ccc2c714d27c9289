/** What payment offers: how the payment of an order stands, wallets and invoices, and what it tells of money. */
import {
  cents,
  type Interface,
  KEY,
  listOf,
  type Message,
  moment,
  nullable,
  some,
  USER,
  uuid,
} from '../kit/interface.ts';
import { object, oneOf, text, whole } from '../kit/shape.ts';
import { PAYMENT_TOPIC } from './events.ts';
import { voucherShape } from './rules.ts';

const payment = object({
  ...{ orderId: uuid, status: oneOf('pending', 'charged', 'failed', 'refunded', 'voided'), amount: cents },
  ...{ chargeId: nullable(text()), reason: nullable(some) },
});
const balance = object({ userId: text(), balance: cents });
const invoice = object({
  ...{ number: whole(), kind: oneOf('invoice', 'credit-note'), amount: whole({ min: -1e12 }), issuedAt: moment },
});

const charged = { amount: cents, chargeId: text(), shippingAddressId: text() };
const failed = { reason: some };
const undone = { amount: cents };
const told = (says: string, data: Parameters<typeof object>[0]): Message => ({ says, data: object(data) });
const reply = (says: string, data: Parameters<typeof object>[0]): Message => ({
  ...{ says, data: object({ ...data, requestId: uuid }), kind: 'reply' },
});

export default {
  http: {
    'GET /payments/:orderId': {
      says: 'How the payment of an order stands.',
      gives: { 200: payment },
      refuses: [404, 503],
    },
    'GET /wallet': { says: 'What a customer holds.', headers: [USER], gives: { 200: balance }, refuses: [400, 503] },
    'POST /wallet/vouchers': {
      ...{
        says: 'Adds a voucher to a wallet, once.',
        headers: [USER, KEY],
        takes: voucherShape,
        gives: { 201: balance },
      },
      refuses: [400, 413, 415, 422, 503],
    },
    'GET /invoices/:orderId': {
      ...{ says: 'The papers of an order.', refuses: [404, 503] },
      gives: { 200: object({ orderId: uuid, papers: listOf(invoice) }) },
    },
  },
  publishes: {
    [PAYMENT_TOPIC]: {
      'payment.charged': told('The customer has paid.', charged),
      'payment.failed': told('The customer has not paid.', failed),
      'payment.refunded': told('The money was given back.', undone),
      'payment.voided': told('A charge that nobody heard of was undone.', undone),
    },
    'order.replies': {
      'payment.charged': reply('The customer has paid.', charged),
      'payment.failed': reply('The customer has not paid.', failed),
      'payment.refunded': reply('The money was given back.', undone),
      'payment.voided': reply('The charge is undone, whatever became of it.', undone),
    },
  },
} satisfies Interface;
