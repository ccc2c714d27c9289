/** What the order service offers: its HTTP interface, its events, the commands of the saga, and what its operators may ask. */
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
import { commandTopic } from '../kit/request-reply.ts';
import { flag, object, oneOf, optional, text, whole } from '../kit/shape.ts';
import { checkoutShape, mergeShape, quantityShape } from './cart-rules.ts';
import { ORDER_TOPIC } from './events.ts';
import { orderShape } from './rules.ts';
import type { CommandType } from './saga-commands.ts';

const item = object({ productId: text(), quantity: whole({ min: 1 }), price: cents });
const accepted = object({ orderId: uuid, status: oneOf('pending'), total: cents });
const STATES = ['pending', 'completed', 'rejected', 'payment_failed', 'cancelled'] as const;
const order = object({
  ...{ orderId: uuid, userId: text(), status: oneOf(...STATES), reason: nullable(some) },
  ...{ items: listOf(item), total: cents, shippingAddressId: text(), paymentMethod: text() },
  ...{ placedAt: moment, finishedAt: nullable(moment) },
});
const cartLine = object({
  ...{ productId: text(), quantity: whole({ min: 1 }), name: optional(text()), price: optional(cents) },
});
const cart = object({
  cartId: uuid,
  items: listOf(cartLine),
  total: optional(cents),
  pricesUnavailable: optional(flag),
});

const carts = {
  'POST /carts': { says: 'Opens a cart for a guest.', gives: { 201: cart }, refuses: [503] },
  'GET /carts/:id': {
    says: 'A cart with the prices of now; `me` is one’s own.',
    gives: { 200: cart },
    refuses: [400, 404, 503],
  },
  'PUT /carts/:id/items/:productId': {
    ...{
      says: 'So many of a product.',
      takes: quantityShape,
      gives: { 200: cart },
      refuses: [400, 404, 409, 413, 415, 503],
    },
  },
  'DELETE /carts/:id/items/:productId': {
    ...{ says: 'None of a product.', gives: { 200: cart }, refuses: [400, 404, 409, 503] },
  },
  'POST /carts/me/merges': {
    ...{ says: 'Takes over what a guest had put aside.', headers: [USER], takes: mergeShape, gives: { 200: cart } },
    refuses: [400, 404, 413, 415, 503],
  },
  'POST /carts/me/checkout': {
    ...{ says: 'Orders what is in the cart, once.', headers: [USER], takes: checkoutShape, gives: { 201: accepted } },
    refuses: [400, 404, 409, 413, 415, 422, 503],
  },
};

const comparison = object({ entity: uuid, kind: text(), key: text(), amount: whole(), at: moment });

const finished = object({ userId: text(), email: text(), reason: optional(some) });
const placed = {
  ...{ items: listOf(item), total: cents, shippingAddressId: text(), paymentMethod: text(), placedAt: moment },
  userId: text(),
};
const replyTo = text();

const COMMANDS: Readonly<Record<CommandType, Message>> = {
  'stock.reserve': command('Set this aside, all or none.', object({ ...placed, replyTo })),
  'stock.release': command(
    'Give back what is set aside.',
    object({ cause: oneOf('payment_failed', 'shipment_refused', 'order_cancelled'), replyTo }),
  ),
  'payment.charge': command(
    'Charge this.',
    object({
      ...{ total: cents, paymentMethod: text(), shippingAddressId: text(), placedAt: moment },
      userId: text(),
      replyTo,
    }),
  ),
  'payment.refund': command('Give the money back.', object({ replyTo })),
  'payment.void': command('Whatever became of the charge: undo it, for good.', object({ replyTo })),
  'shipment.create': command('Ship this.', object({ amount: cents, shippingAddressId: text(), replyTo })),
};

export default {
  http: {
    'POST /orders': {
      ...{ says: 'Takes an order: a promise to process it, no receipt.', headers: [USER, KEY], takes: orderShape },
      ...{ gives: { 201: accepted }, refuses: [400, 409, 413, 415, 422, 503] },
    },
    'GET /orders/:id': { says: 'An order of who asks.', gives: { 200: order }, refuses: [404, 503] },
    'POST /orders/:id/cancel': {
      ...{ says: 'Stops an order as long as it can be stopped.', headers: [USER], refuses: [400, 404, 409, 503] },
      gives: {
        200: object({ orderId: uuid, status: oneOf('cancelled') }),
        202: object({ orderId: uuid, status: oneOf('cancelling') }),
      },
    },
    ...carts,
    'GET /rebuilt': {
      ...{ says: 'For operators: every order worked out from its facts.', query: { since: moment } },
      ...{ gives: { 200: listOf(comparison) }, refuses: [400, 503] },
    },
    'POST /rebuild': {
      says: 'For operators: writes the view of orders anew.',
      gives: { 200: object({ orders: whole(), repaired: whole() }) },
      refuses: [503],
    },
  },
  publishes: {
    [ORDER_TOPIC]: {
      'order.placed': event('The saga begins.', object({ ...placed, email: text() })),
      'order.completed': event('The parcel is on its way.', finished),
      'order.rejected': event('There was not enough.', finished),
      'order.payment_failed': event('Nobody paid.', finished),
      'order.cancelled': event('It was stopped, and undone.', finished),
    },
    ...commandsByTopic(),
  },
} satisfies Interface;

function commandsByTopic(): Record<string, Record<string, Message>> {
  const owner = { stock: 'inventory', payment: 'payment', shipment: 'shipping' } as const;
  const topics: Record<string, Record<string, Message>> = {};
  for (const [type, message] of Object.entries(COMMANDS)) {
    const topic = commandTopic(owner[type.split('.')[0] as keyof typeof owner]);
    topics[topic] = { ...topics[topic], [type]: message };
  }
  return topics;
}

function event(says: string, data: Message['data']): Message {
  return { says, data };
}

function command(says: string, data: Message['data']): Message {
  return { says, data, kind: 'command' };
}
