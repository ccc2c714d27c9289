/** The order service's database: every statement here is one transaction. */
import { currentContext, traceIdOf } from '../kit/context.ts';
import type { Database, Statement } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import type { StoredAnswer } from '../kit/idempotency.ts';
import { FIRST_TIME } from '../kit/inbox.ts';
import { type OutboxRow, originValues, queued } from '../kit/outbox.ts';
import { ORDER_TOPIC, type OrderPlaced } from './events.ts';
import type { Ending, OrderItem, OrderState } from './rules.ts';

export interface Order {
  readonly orderId: string;
  readonly userId: string;
  readonly status: OrderState;
  readonly reason: string | null;
  readonly items: readonly OrderItem[];
  readonly total: number;
  readonly shippingAddressId: string;
  readonly paymentMethod: string;
  readonly placedAt: number;
  readonly finishedAt: number | null;
}

export interface NewOrder {
  readonly orderId: string;
  readonly key: string;
  readonly bodyHash: string;
  /** JSON text of the answer that is given now and to every repetition. */
  readonly answer: string;
  readonly placed: OrderPlaced;
}

/** Key, order and event in one: all of them are there or none. No row comes back when the key is taken. */
const PLACE: Statement = {
  name: 'order-place',
  text: `with claimed as (
    insert into idempotency_keys (user_id, key, body_hash, answer, order_id)
    values ($1, $2, $3, $4, $5::uuid)
    on conflict (user_id, key) do nothing
    returning order_id
  ), placed as (
    insert into orders (order_id, user_id, email, items, total, shipping_address_id, payment_method, trace_id, placed_at)
    select order_id, $1, $6, $7::jsonb, $8::integer, $9, $10, $11, $12::bigint from claimed
    returning order_id
  ), ${queued(`select '${ORDER_TOPIC}', order_id::text, 'order.placed', $13, $14, $15 from placed`)}
  select * from queued`,
};

const ANSWERED: Statement = {
  name: 'order-answered',
  text: 'select body_hash, answer from idempotency_keys where user_id = $1 and key = $2',
};

/** Inbox, state and event in one. An order that has ended stays as it is. */
const FINISH: Statement = {
  name: 'order-finish',
  text: `with ${FIRST_TIME}, finished as (
    update orders set status = $3, reason = $4, finished_at = (extract(epoch from clock_timestamp()) * 1000)::bigint
    where order_id = $2::uuid
      and status = 'pending'
      and exists (select from first_time)
    returning order_id, status, json_strip_nulls(json_build_object('userId', user_id, 'email', email, 'reason', reason))::text as data
  ), ${queued(`select '${ORDER_TOPIC}', order_id::text, 'order.' || status, data, $5, $6 from finished`)}
  select * from queued`,
};

const FIND: Statement = {
  name: 'order-find',
  text: `select order_id as "orderId", user_id as "userId", status, reason, items, total,
    shipping_address_id as "shippingAddressId", payment_method as "paymentMethod",
    placed_at as "placedAt", finished_at as "finishedAt"
  from orders where order_id = $1::uuid`,
};

export interface OrderStore {
  /** Stores order, key and `order.placed`; answers no row when the key was used before. */
  place(order: NewOrder): Promise<OutboxRow[]>;
  answered(userId: string, key: string): Promise<StoredAnswer | undefined>;
  /** Ends the order once; answers the event that tells of it, none when there is nothing to tell. */
  finish(event: Event, ending: Ending): Promise<OutboxRow[]>;
  find(orderId: string): Promise<Order | undefined>;
}

export function createOrderStore(database: Database): OrderStore {
  return {
    place({ orderId, key, bodyHash, answer, placed }) {
      const trace = traceIdOf(currentContext()?.traceparent ?? '') ?? null;
      const { userId, email, items, total, shippingAddressId, paymentMethod, placedAt } = placed;
      return database.run<OutboxRow>(PLACE, [
        ...[userId, key, bodyHash, answer, orderId],
        ...[email, JSON.stringify(items), total, shippingAddressId, paymentMethod, trace, placedAt],
        ...[JSON.stringify(placed), ...originValues()],
      ]);
    },
    answered: async (userId, key) => (await database.run<StoredAnswer>(ANSWERED, [userId, key]))[0],
    finish: ({ eventId, orderId }, { state, reason }) =>
      database.run<OutboxRow>(FINISH, [eventId, orderId, state, reason ?? null, ...originValues()]),
    find: async (orderId) => (await database.run<Order>(FIND, [orderId]))[0],
  };
}
