/** What shipping offers: the shipment of an order, where its parcel is, and what it tells of both. */
import { type Interface, listOf, type Message, moment, nullable, some, uuid } from '../kit/interface.ts';
import { flag, object, oneOf, text } from '../kit/shape.ts';
import { SHIPPING_TOPIC } from './events.ts';

const shipment = object({
  ...{ orderId: uuid, state: oneOf('created', 'refused'), shipmentId: nullable(text()), tracking: nullable(text()) },
  reason: nullable(some),
});
const tracked = object({
  ...{
    orderId: uuid,
    tracking: text(),
    steps: listOf(object({ status: text(), at: moment })),
    knownAt: moment,
    stale: flag,
  },
});
const created = { shipmentId: text(), tracking: text() };
const refused = { reason: some };
const told = (says: string, data: Parameters<typeof object>[0]): Message => ({ says, data: object(data) });
const reply = (says: string, data: Parameters<typeof object>[0]): Message => ({
  ...{ says, data: object({ ...data, requestId: uuid }), kind: 'reply' },
});

export default {
  http: {
    'GET /shipments/:orderId': { says: 'The shipment of an order.', gives: { 200: shipment }, refuses: [404, 503] },
    'GET /shipments/:orderId/tracking': {
      ...{ says: 'Where the parcel is, as far as is known.', gives: { 200: tracked }, refuses: [404, 503] },
    },
  },
  publishes: {
    [SHIPPING_TOPIC]: {
      'shipment.created': told('The carrier has the parcel.', created),
      'shipment.refused': told('The carrier does not take it.', refused),
    },
    'order.replies': {
      'shipment.created': reply('The carrier has the parcel.', created),
      'shipment.refused': reply('The carrier does not take it.', refused),
    },
  },
} satisfies Interface;
