/** What the inventory offers: the stock of a product, and what it tells of what is set aside. */
import { cents, type Interface, type Message, moment, some, uuid } from '../kit/interface.ts';
import { object, oneOf, optional, text, whole } from '../kit/shape.ts';
import { INVENTORY_TOPIC } from './events.ts';

const reserved = {
  ...{ total: cents, paymentMethod: text(), shippingAddressId: text(), placedAt: moment },
  userId: optional(text()),
};
const rejected = { reason: some };
const released = { cause: oneOf('payment_failed', 'shipment_refused', 'order_cancelled') };
const told = (says: string, data: Parameters<typeof object>[0]): Message => ({ says, data: object(data) });
const reply = (says: string, data: Parameters<typeof object>[0]): Message => ({
  ...{ says, data: object({ ...data, requestId: uuid }), kind: 'reply' },
});

export default {
  http: {
    'GET /stock/:productId': {
      ...{ says: 'Pieces that can still be set aside.', refuses: [404, 503] },
      gives: { 200: object({ productId: text(), available: whole() }) },
    },
  },
  publishes: {
    [INVENTORY_TOPIC]: {
      'stock.reserved': told('All products of the order are set aside.', reserved),
      'stock.rejected': told('There is not enough; nothing is set aside.', rejected),
      'stock.released': told('What was set aside can be sold again.', released),
    },
    'order.replies': {
      'stock.reserved': reply('All products of the order are set aside.', reserved),
      'stock.rejected': reply('There is not enough; nothing is set aside.', rejected),
      'stock.released': reply('Nothing is set aside any more.', released),
    },
  },
} satisfies Interface;
