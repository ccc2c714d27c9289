/** The inventory's database: every statement here is one transaction. */
import { readFile } from 'node:fs/promises';
import type { Database, Statement } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { FIRST_TIME } from '../kit/inbox.ts';
import { type OutboxRow, originValues, queued } from '../kit/outbox.ts';
import { answer, type Command, replied } from '../kit/request-reply.ts';
import { nowMs } from '../kit/time.ts';
import {
  INVENTORY_TOPIC,
  type OrderPlaced,
  type ReleaseCause,
  type StockRejected,
  type StockReserved,
} from './events.ts';
import { needOf, type Piece } from './rules.ts';

/**
 * Inbox, stock, reservations and event in one. All products of the order or none: `held` locks their rows (always in
 * the same sequence, so that two orders never wait for each other), `decision` looks whether there is enough of each.
 */
const RESERVED = `with ${FIRST_TIME}, need as (
    select "productId" as product_id, quantity from jsonb_to_recordset($3::jsonb) as line ("productId" text, quantity integer)
  ), held as (
    select stock.product_id, stock.available, need.quantity
    from stock join need using (product_id)
    where exists (select from first_time)
    order by stock.product_id
    for update of stock
  ), decision as (
    select count(*) = (select count(*) from need)
      and coalesce(bool_and(held.available >= held.quantity), false)
      as enough
    from held
  ), taken as (
    update stock set available = stock.available - held.quantity
    from held
    where stock.product_id = held.product_id and (select enough from decision)
  ), reserved as (
    insert into reservations (order_id, product_id, quantity, state, reserved_at)
    select $2::uuid, product_id, quantity, 'reserved', $6::bigint from held
    where (select enough from decision)
  )`;

/** Key, type and data of what is told of it. */
const DECIDED = `$2::uuid::text,
      case when enough then 'stock.reserved' else 'stock.rejected' end, case when enough then $4 else $5 end`;

const RESERVE: Statement = {
  name: 'stock-reserve',
  text: `${RESERVED}, ${queued(`select '${INVENTORY_TOPIC}', ${DECIDED}, $7, $8
    from decision where exists (select from first_time)`)}
  select * from queued`,
};

/** The same on a command: the event, and the reply beside it. */
const RESERVE_COMMANDED: Statement = {
  name: 'stock-reserve-commanded',
  text: `${RESERVED}, ${replied(
    `select '${INVENTORY_TOPIC}', ${DECIDED} from decision where exists (select from first_time)`,
    `select ${DECIDED} from decision where exists (select from first_time)`,
    { requestId: '$1', replyTo: '$9', traceparent: '$7', correlationId: '$8' },
  )}`,
};

/** Inbox and reservations in one: what was set aside is sold. */
const COMMIT: Statement = {
  name: 'stock-commit',
  text: `with ${FIRST_TIME}
  update reservations set state = 'committed', ended_at = $3::bigint
  where order_id = $2::uuid
    and state = 'reserved'
    and exists (select from first_time)`,
};

/** Inbox, reservations, stock and event in one: what was set aside is for sale again. */
const RELEASED = `with ${FIRST_TIME}, released as (
    update reservations set state = 'released', ended_at = $3::bigint
    where order_id = $2::uuid
      and state = 'reserved'
      and exists (select from first_time)
    returning product_id, quantity
  ), held as (
    select product_id from stock where product_id in (select product_id from released) order by product_id for update
  ), returned as (
    update stock set available = stock.available + back.quantity
    from held join (select product_id, sum(quantity)::integer as quantity from released group by product_id) as back using (product_id)
    where stock.product_id = held.product_id
  )`;

const RELEASE: Statement = {
  name: 'stock-release',
  text: `${RELEASED}, ${queued(`select '${INVENTORY_TOPIC}', $2::uuid::text, 'stock.released', $4, $5, $6
    from first_time where exists (select from released)`)}
  select * from queued`,
};

/** The same on a command: whoever asks for it wants to hear that nothing is set aside any more, also when nothing was. */
const RELEASE_COMMANDED: Statement = {
  name: 'stock-release-commanded',
  text: `${RELEASED}, ${replied(
    `select '${INVENTORY_TOPIC}', $2::uuid::text, 'stock.released', $4 from first_time where exists (select from released)`,
    `select $2::uuid::text, 'stock.released', $4 from first_time`,
    { requestId: '$1', replyTo: '$7', traceparent: '$5', correlationId: '$6' },
  )}`,
};

const AVAILABLE: Statement = { name: 'stock-available', text: 'select available from stock where product_id = $1' };

const LEVELS: Statement = {
  name: 'stock-levels',
  text: 'select product_id as "productId", available from stock where product_id = any($1::text[])',
};

const PRODUCTS_OF: Statement = {
  name: 'stock-products-of',
  text: 'select distinct product_id as "productId" from reservations where order_id = $1::uuid',
};

const SEED: Statement = {
  name: 'stock-seed',
  text: `insert into stock (product_id, available)
    select "productId", available from jsonb_to_recordset($1::jsonb) as line ("productId" text, available integer)
    on conflict (product_id) do nothing`,
};

export interface StockStore {
  /** Sets stock aside for the order, or decides that there is not enough; answers the event that tells which. */
  reserve(event: Event<OrderPlaced>): Promise<OutboxRow[]>;
  commit(event: Event): Promise<void>;
  /** Gives back what is set aside for the order; answers the event, none when there was nothing. */
  release(event: Event, cause: ReleaseCause): Promise<OutboxRow[]>;
  /** The same two on a command: with a reply, also when the command comes again. */
  reserveCommanded(command: Event<OrderPlaced & Command>): Promise<OutboxRow[]>;
  releaseCommanded(command: Event<{ readonly cause: ReleaseCause } & Command>): Promise<OutboxRow[]>;
  available(productId: string): Promise<number | undefined>;
  /** The same of several products; those that are not sold here are missing. */
  levels(productIds: readonly string[]): Promise<{ readonly productId: string; readonly available: number }[]>;
  /** What is or was set aside for an order. */
  productsOf(orderId: string): Promise<string[]>;
  /** Puts the products of a file on the shelves, where they are not there yet. */
  seed(file: string): Promise<void>;
}

export function createStockStore(database: Database): StockStore {
  return {
    reserve: (event) => database.run<OutboxRow>(RESERVE, reserveValues(event)),
    commit: async ({ eventId, orderId }) => void (await database.run(COMMIT, [eventId, orderId, nowMs()])),
    release: (event, cause) => database.run<OutboxRow>(RELEASE, releaseValues(event, cause)),
    reserveCommanded: (command) =>
      answer(database, command, () =>
        database.run<OutboxRow>(RESERVE_COMMANDED, [...reserveValues(command), command.data.replyTo]),
      ),
    releaseCommanded: (command) =>
      answer(database, command, () => {
        const { cause, replyTo } = command.data;
        return database.run<OutboxRow>(RELEASE_COMMANDED, [...releaseValues(command, cause), replyTo]);
      }),
    available: async (productId) => (await database.run<{ available: number }>(AVAILABLE, [productId]))[0]?.available,
    levels: (productIds) => database.run(LEVELS, [productIds]),
    productsOf: async (orderId) =>
      (await database.run<{ productId: string }>(PRODUCTS_OF, [orderId])).map(({ productId }) => productId),
    seed: async (file) => void (await database.run(SEED, [await readFile(file, 'utf8')])),
  };
}

function reserveValues({ eventId, orderId, data }: Event<OrderPlaced>): unknown[] {
  const { items, total, paymentMethod, shippingAddressId, placedAt, userId } = data;
  const need: Piece[] = needOf(items);
  const reserved: StockReserved = { total, paymentMethod, shippingAddressId, placedAt, userId };
  const rejected: StockRejected = { reason: 'out of stock' };
  return [
    ...[eventId, orderId, JSON.stringify(need), JSON.stringify(reserved), JSON.stringify(rejected)],
    ...[nowMs(), ...originValues()],
  ];
}

function releaseValues({ eventId, orderId }: Event, cause: ReleaseCause): unknown[] {
  return [eventId, orderId, nowMs(), JSON.stringify({ cause }), ...originValues()];
}
