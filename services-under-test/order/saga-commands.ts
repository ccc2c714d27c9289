/** What the orchestrated saga sends, what it carries, and the replies it understands. */

import type { Fields, Readers } from '../kit/reader.ts';
import { commandTopic, type Reply, replyOf } from '../kit/request-reply.ts';
import type { OrderView } from './order-events.ts';
import type { Failure } from './saga.ts';

export const REPLIES = 'order.replies';

export type CommandType =
  | 'stock.reserve'
  | 'stock.release'
  | 'payment.charge'
  | 'payment.refund'
  | 'payment.void'
  | 'shipment.create';

const TOPICS: Readonly<Record<CommandType, string>> = {
  'stock.reserve': commandTopic('inventory'),
  'stock.release': commandTopic('inventory'),
  'payment.charge': commandTopic('payment'),
  'payment.refund': commandTopic('payment'),
  'payment.void': commandTopic('payment'),
  'shipment.create': commandTopic('shipping'),
};

/** A record on its way: topic, type, data. */
export interface OutgoingCommand {
  readonly topic: string;
  readonly type: CommandType;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The command of `type` about an order: it carries all that is needed, so nobody has to ask back. */
export function commandAbout(type: CommandType, order: OrderView, failure?: Failure): OutgoingCommand {
  return { topic: TOPICS[type], type, data: { ...dataOf(type, order, failure), replyTo: REPLIES } };
}

/** The data are those of the event on which the same work is done in the choreographed saga. */
function dataOf(type: CommandType, order: OrderView, failure: Failure | undefined): Readonly<Record<string, unknown>> {
  const { items, total, paymentMethod, shippingAddressId, placedAt, userId } = order;
  if (type === 'stock.reserve') return { items, total, paymentMethod, shippingAddressId, placedAt, userId };
  if (type === 'payment.charge') return { total, paymentMethod, shippingAddressId, placedAt, userId };
  if (type === 'shipment.create') return { amount: total, shippingAddressId };
  if (type === 'stock.release') return { cause: failure?.cause };
  return {};
}

/** What the saga takes from a reply. */
export interface ReplyData {
  readonly reason?: string;
  readonly chargeId?: string;
  readonly tracking?: string;
}

const plain = replyOf(() => ({}));
const withReason = replyOf((fields: Fields) => ({ reason: fields.text('reason') }));

/** Replies by type. They have the names of the events that tell everybody else of the same. */
export const REPLY_READERS = {
  'stock.reserved': plain,
  'stock.rejected': withReason,
  'stock.released': plain,
  'payment.charged': replyOf((fields) => ({ chargeId: fields.text('chargeId') })),
  'payment.failed': withReason,
  'payment.refunded': plain,
  'payment.voided': plain,
  'shipment.created': replyOf((fields) => ({ tracking: fields.text('tracking') })),
  'shipment.refused': withReason,
} satisfies Readers;

export type SagaReply = ReplyData & Reply;
