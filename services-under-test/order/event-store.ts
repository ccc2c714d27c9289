/** Orders by their facts: loaded as a snapshot and what came after it, appended to with the version that was expected. */
import { currentContext, traceIdOf } from '../kit/context.ts';
import type { Database, Statement } from '../kit/database.ts';
import type { StoredAnswer } from '../kit/idempotency.ts';
import { type OutboxRow, originValues } from '../kit/outbox.ts';
import { nowMs } from '../kit/time.ts';
import { createLastStored } from './last-stored.ts';
import {
  evolve,
  type OrderFact,
  type OrderView,
  rebuild,
  type StoredFact,
  snapshotDue,
  viewOfPlaced,
} from './order-events.ts';
import type { NewOrder, Order, OrderStore } from './store.ts';

/** A record that goes out with what is appended. Its id is drawn by whoever has to know it. */
export interface Outgoing {
  readonly eventId: string;
  readonly topic: string;
  readonly type: string;
  readonly data: unknown;
}

/** Part of a statement: the rows of `$rows` (JSON) go to the outbox, under the order and the origin of the work. */
export function queuedRows(from: string, rows: string, traceparent: string, correlationId: string): string {
  return `queued as (
    insert into outbox (event_id, topic, key, type, data, traceparent, correlation_id)
    select going.event_id, going.topic, ${from}.order_id::text, going.type, going.data, ${traceparent}, ${correlationId}
    from ${from}, jsonb_to_recordset(${rows}::jsonb) as going (event_id uuid, topic text, type text, data text)
    returning *
  )`;
}

/** The value of `$rows`. */
export function rowsValue(rows: readonly Outgoing[]): string {
  return JSON.stringify(
    rows.map(({ eventId, data, ...row }) => ({ ...row, event_id: eventId, data: JSON.stringify(data) })),
  );
}

/** First parts of a statement that stores a new order with its first fact. Values as `placeValues` gives them. */
export const PLACED = `with claimed as (
    insert into idempotency_keys (user_id, key, body_hash, answer, order_id)
    values ($1, $2, $3, $4, $5::uuid)
    on conflict (user_id, key) do nothing
    returning order_id
  ), placed as (
    insert into orders (order_id, user_id, email, items, total, shipping_address_id, payment_method, trace_id, placed_at, version)
    select order_id, $1, $6, $7::jsonb, $8::integer, $9, $10, $11, $12::bigint, 1 from claimed
    returning order_id
  ), fact as (
    insert into order_events (order_id, version, type, data, at)
    select order_id, 1, 'placed', $13::jsonb, $12::bigint from placed
  )`;

export function placeValues({ orderId, key, bodyHash, answer, placed }: NewOrder): unknown[] {
  const trace = traceIdOf(currentContext()?.traceparent ?? '') ?? null;
  const { userId, email, items, total, shippingAddressId, paymentMethod, placedAt } = placed;
  return [
    ...[userId, key, bodyHash, answer, orderId],
    ...[email, JSON.stringify(items), total, shippingAddressId, paymentMethod, trace, placedAt],
    JSON.stringify(placed),
  ];
}

/** Last parts of a statement that appends to the orders of `held` (order_id), `$1` to `$8` as `appendValues` gives them. */
export const APPENDED = `projected as (
    update orders set version = $3, status = $4, reason = $5, finished_at = $6::bigint
    where order_id in (select order_id from held)
  ), appended as (
    insert into order_events (order_id, version, type, data, at)
    select held.order_id, fact.version, fact.type, fact.data, fact.at
    from held, jsonb_to_recordset($7::jsonb) as fact (version integer, type text, data jsonb, at bigint)
  ), snapped as (
    insert into order_snapshots (order_id, version, view)
    select order_id, $3, $8::jsonb from held where $8::jsonb is not null
    on conflict (order_id) do update set version = excluded.version, view = excluded.view
  )`;

/** The facts as they are stored after those of `view`, and what then follows from all of them. */
export function appendValues(view: OrderView, facts: readonly OrderFact[], snapshotEvery: number) {
  const at = nowMs();
  const stored = facts.map(
    (fact, index): StoredFact => ({ ...fact, data: { ...fact.data }, version: view.version + 1 + index, at }),
  );
  const next = stored.reduce<OrderView>(evolve, view);
  const snapshot = snapshotDue(view.version, next.version, snapshotEvery) ? JSON.stringify(next) : null;
  const values = [next.version, next.status, next.reason, next.finishedAt, JSON.stringify(stored), snapshot];
  return { next, values };
}

/** Snapshot and later facts of an order `$1`, as columns of a select. */
export const STREAM = `(select view from order_snapshots where order_id = $1::uuid) as snapshot,
    (select coalesce(jsonb_agg(to_jsonb(fact) - 'order_id' order by version), '[]') from order_events as fact
      where order_id = $1::uuid
        and version > coalesce((select version from order_snapshots where order_id = $1::uuid), 0)) as facts`;

export interface StreamRow {
  readonly snapshot: OrderView | null;
  readonly facts: readonly StoredFact[];
}

/** What follows from a loaded stream; undefined where there is no such order. */
export function viewOf(row: StreamRow | undefined): OrderView | undefined {
  if (row === undefined || (row.snapshot === null && row.facts.length === 0)) return undefined;
  return rebuild(row.snapshot ?? undefined, row.facts);
}

const PLACE: Statement = {
  name: 'order-place-fact',
  text: `${PLACED}, ${queuedRows('placed', '$14', '$15', '$16')} select * from queued`,
};

const LOAD: Statement = {
  name: 'order-load',
  text: `select ${STREAM}, exists (select from inbox where event_id = $2::uuid) as seen`,
};

/** Inbox, facts, view and event in one, where nothing was appended since it was loaded. */
const FINISH: Statement = {
  name: 'order-finish-fact',
  text: `with held as (
    select order_id from orders where order_id = $1::uuid and version = $2 for update
  ), first_time as (
    insert into inbox (event_id) select $9::uuid from held
  ), ${APPENDED}, ${queuedRows('held', '$10', '$11', '$12')}
  select * from queued`,
};

const ANSWERED: Statement = {
  name: 'order-answered',
  text: 'select body_hash, answer from idempotency_keys where user_id = $1 and key = $2',
};

const NO_EVENT = '00000000-0000-0000-0000-000000000000';

export interface EventStoreOptions {
  readonly snapshotEvery: number;
  readonly newId: () => string;
}

/** The store of event-sourced orders whose saga is choreographed. */
export function createEventStore(database: Database, { snapshotEvery, newId }: EventStoreOptions): OrderStore {
  const lastStored = createLastStored<OrderView>();
  const load = async (orderId: string, eventId = NO_EVENT) => {
    const [row] = await database.run<StreamRow & { seen: boolean }>(LOAD, [orderId, eventId]);
    return { view: viewOf(row), seen: row?.seen ?? false };
  };
  return {
    async place(order) {
      const { orderId, placed } = order;
      const rows = [{ eventId: newId(), topic: 'order.events', type: 'order.placed', data: placed }];
      const queued = await database.run<OutboxRow>(PLACE, [...placeValues(order), rowsValue(rows), ...originValues()]);
      if (queued.length > 0) lastStored.keep(orderId, viewOfPlaced(placed));
      return queued;
    },
    answered: async (userId, key) => (await database.run<StoredAnswer>(ANSWERED, [userId, key]))[0],
    async finish({ eventId, orderId }, { state, reason }) {
      for (;;) {
        // Had the event been handled, the order would have moved on, and the statement would not apply to what is kept here.
        const known = lastStored.take(orderId);
        const { view, seen } = known ? { view: known, seen: false } : await load(orderId, eventId);
        if (view === undefined || seen || view.status !== 'pending') return [];
        const facts: OrderFact[] = [{ type: state, data: reason ? { reason } : {} }];
        const { values } = appendValues(view, facts, snapshotEvery);
        const rows = [endingRow(view, state, reason, newId())];
        const given = [orderId, view.version, ...values, eventId, rowsValue(rows), ...originValues()];
        const queued = await database.run<OutboxRow>(FINISH, given);
        if (queued.length > 0) return queued;
      }
    },
    find: async (orderId) => orderOf(orderId, (await load(orderId)).view),
  };
}

/** The event that tells how an order ended. */
export function endingRow(
  { userId, email }: OrderView,
  state: string,
  reason: string | undefined,
  eventId: string,
): Outgoing {
  return { eventId, topic: 'order.events', type: `order.${state}`, data: { userId, email, reason } };
}

/** An order as its customer sees it. */
export function orderOf(orderId: string, view: OrderView | undefined): Order | undefined {
  if (view === undefined) return undefined;
  const { userId, status, reason, items, total, shippingAddressId, paymentMethod, placedAt, finishedAt } = view;
  return { orderId, userId, status, reason, items, total, shippingAddressId, paymentMethod, placedAt, finishedAt };
}
