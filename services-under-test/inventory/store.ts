/** The inventory's database: every statement here is one transaction. */
import { readFile } from 'node:fs/promises';
import type { Database, Statement } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { FIRST_TIME, FIRST_TIMES } from '../kit/inbox.ts';
import { type OutboxRow, originValues, queued } from '../kit/outbox.ts';
import { answer, type Command, replyParts } from '../kit/request-reply.ts';
import { nowMs } from '../kit/time.ts';
import { together } from '../kit/together.ts';
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
    update stock set available = stock.available - held.quantity, version = stock.version + 1
    from held
    where stock.product_id = held.product_id and (select enough from decision)
    returning stock.product_id as "productId", stock.available, stock.version
  ), reserved as (
    insert into reservations (order_id, product_id, quantity, state, reserved_at)
    select $2::uuid, product_id, quantity, 'reserved', $6::bigint from held
    where (select enough from decision)
  )`;

/** End of a statement that changes counts: the rows for the relay, and beside each the counts as they are now. */
function changedIn(table: string): string {
  return `select queued.*, (select jsonb_agg(${table}) from ${table}) as counts from queued`;
}

/** Key, type and data of what is told of it. */
const DECIDED = `$2::uuid::text,
      case when enough then 'stock.reserved' else 'stock.rejected' end, case when enough then $4 else $5 end`;

const RESERVE: Statement = {
  name: 'stock-reserve',
  text: `${RESERVED}, ${queued(`select '${INVENTORY_TOPIC}', ${DECIDED}, $7, $8
    from decision where exists (select from first_time)`)}
  ${changedIn('taken')}`,
};

/** The same on a command: the event, and the reply beside it. */
const RESERVE_COMMANDED: Statement = {
  name: 'stock-reserve-commanded',
  text: `${RESERVED}, ${replyParts(
    `select '${INVENTORY_TOPIC}', ${DECIDED} from decision where exists (select from first_time)`,
    `select ${DECIDED} from decision where exists (select from first_time)`,
    { requestId: '$1', replyTo: '$9', traceparent: '$7', correlationId: '$8' },
  )}
  ${changedIn('taken')}`,
};

/** Inbox and reservations in one: what was set aside is sold. `$1` and `$2`: event and order ids, an event behind the other. */
const COMMIT: Statement = {
  name: 'stock-commit',
  text: `with events as (
    select * from unnest($1::uuid[], $2::uuid[]) as event (event_id, order_id)
  ), ${FIRST_TIMES}
  update reservations set state = 'committed', ended_at = $3::bigint
  where order_id = any($2::uuid[])
    and state = 'reserved'
    and order_id in (select events.order_id from events join first_time using (event_id))`,
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
    update stock set available = stock.available + back.quantity, version = stock.version + 1
    from held join (select product_id, sum(quantity)::integer as quantity from released group by product_id) as back using (product_id)
    where stock.product_id = held.product_id
    returning stock.product_id as "productId", stock.available, stock.version
  )`;

const RELEASE: Statement = {
  name: 'stock-release',
  text: `${RELEASED}, ${queued(`select '${INVENTORY_TOPIC}', $2::uuid::text, 'stock.released', $4, $5, $6
    from first_time where exists (select from released)`)}
  ${changedIn('returned')}`,
};

/** The same on a command: whoever asks for it wants to hear that nothing is set aside any more, also when nothing was. */
const RELEASE_COMMANDED: Statement = {
  name: 'stock-release-commanded',
  text: `${RELEASED}, ${replyParts(
    `select '${INVENTORY_TOPIC}', $2::uuid::text, 'stock.released', $4 from first_time where exists (select from released)`,
    `select $2::uuid::text, 'stock.released', $4 from first_time`,
    { requestId: '$1', replyTo: '$7', traceparent: '$5', correlationId: '$6' },
  )}
  ${changedIn('returned')}`,
};

const AVAILABLE: Statement = { name: 'stock-available', text: 'select available from stock where product_id = $1' };

const COUNTS: Statement = {
  name: 'stock-counts',
  text: 'select product_id as "productId", available, version from stock where product_id = any($1::text[])',
};

const SEED: Statement = {
  name: 'stock-seed',
  text: `insert into stock (product_id, available)
    select "productId", available from jsonb_to_recordset($1::jsonb) as line ("productId" text, available integer)
    on conflict (product_id) do nothing`,
};

/** How much there is of a product, by the latest of all changes up to `version`. */
export interface Count {
  readonly productId: string;
  readonly available: number;
  readonly version: number;
}

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
  counts(productIds: readonly string[]): Promise<Count[]>;
  /** `listener` hears of each change that is made here, once it is stored. */
  follow(listener: (counts: readonly Count[]) => void): void;
  /** Puts the products of a file on the shelves, where they are not there yet. */
  seed(file: string): Promise<void>;
}

type Changed = OutboxRow & { readonly counts: readonly Count[] | null };

export function createStockStore(database: Database): StockStore {
  let tell: (counts: readonly Count[]) => void = () => undefined;
  const change = async (statement: Statement, values: readonly unknown[]): Promise<OutboxRow[]> => {
    const rows = await database.run<Changed>(statement, values);
    if (rows[0]?.counts) tell(rows[0].counts);
    return rows;
  };
  return {
    reserve: (event) => change(RESERVE, reserveValues(event)),
    commit: together<Event>({
      keyOf: ({ orderId }) => orderId,
      work: async (events) => {
        const ids = [events.map(({ eventId }) => eventId), events.map(({ orderId }) => orderId)];
        await database.run(COMMIT, [...ids, nowMs()]);
      },
    }),
    release: (event, cause) => change(RELEASE, releaseValues(event, cause)),
    reserveCommanded: (command) =>
      answer(database, command, () => change(RESERVE_COMMANDED, [...reserveValues(command), command.data.replyTo])),
    releaseCommanded: (command) =>
      answer(database, command, () => {
        const { cause, replyTo } = command.data;
        return change(RELEASE_COMMANDED, [...releaseValues(command, cause), replyTo]);
      }),
    available: async (productId) => (await database.run<{ available: number }>(AVAILABLE, [productId]))[0]?.available,
    counts: (productIds) => database.run(COUNTS, [productIds]),
    follow(listener) {
      tell = listener;
    },
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
