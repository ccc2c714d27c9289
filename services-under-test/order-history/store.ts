/** The order history's database: one row an order, every statement one transaction. */
import type { Database, Statement } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { FIRST_TIMES } from '../kit/inbox.ts';
import { together } from '../kit/together.ts';
import { type Change, changeOf, type Part } from './rules.ts';

const PARTS: readonly Part[] = ['placed', 'ending', 'stock', 'payment', 'shipment'];

/** Younger members win, whichever comes first: an event that comes late adds only what is not known yet. */
function merged(part: Part): string {
  return `${part} = case
      when excluded.${part} is null then history.${part}
      when history.${part} is null then excluded.${part}
      when (excluded.${part}->>'at')::bigint >= (history.${part}->>'at')::bigint then history.${part} || excluded.${part}
      else excluded.${part} || history.${part}
    end`;
}

/** What the events of one order tell of a part of it. */
function told(part: Part): string {
  return `jsonb_agg(data) filter (where part = '${part}') -> 0`;
}

/** Inbox and rows in one. `$1`: JSON text, one object an event, no two of the same part of an order. */
const PUT: Statement = {
  name: 'history-put',
  text: `with events as (
    select * from jsonb_to_recordset($1::jsonb) as event (event_id uuid, order_id uuid, part text, data jsonb, at bigint)
  ), ${FIRST_TIMES}
  insert into history (order_id, ${PARTS.join(', ')}, user_id, placed_at, updated_at)
  select order_id, ${PARTS.map(told).join(', ')}, ${told('placed')}->>'userId', (${told('placed')}->>'placedAt')::bigint, max(at)
  from events join first_time using (event_id) group by order_id order by order_id
  on conflict (order_id) do update set ${PARTS.map(merged).join(', ')},
    user_id = coalesce(excluded.user_id, history.user_id),
    placed_at = coalesce(excluded.placed_at, history.placed_at),
    updated_at = greatest(excluded.updated_at, history.updated_at)`,
};

const ROW = `order_id::text as "orderId", user_id as "userId", placed_at as "placedAt", updated_at as "updatedAt",
    coalesce(ending->>'status', 'pending') as status, ending->>'reason' as reason, placed->'lines' as lines,
    (placed->>'total')::bigint as total, placed->>'shippingAddressId' as "shippingAddressId",
    stock - 'at' as stock, payment - 'at' as payment, shipment - 'at' as shipment`;

const FIND: Statement = {
  name: 'history-find',
  text: `select ${ROW} from history where order_id = $1::uuid and placed is not null`,
};

const LIST: Statement = {
  name: 'history-list',
  text: `select ${ROW} from history
    where user_id = $1 and placed_at < $2::bigint
    order by placed_at desc, order_id limit $3::integer`,
};

const EMPTY: Statement = { name: 'history-empty', text: 'truncate history, inbox' };

/** One row for whoever checks: an order, and how the history says it stands. */
const LEDGER: Statement = {
  name: 'history-ledger',
  text: `select order_id::text as entity, 'history_' || coalesce(ending->>'status', 'pending') as kind, 'order' as key,
      1 as amount, updated_at as at
    from history where placed is not null`,
};

/** An order with all that belongs to it. */
export interface HistoryRow {
  readonly orderId: string;
  readonly userId: string;
  readonly status: string;
  readonly reason: string | null;
  readonly placedAt: number;
  readonly updatedAt: number;
  readonly total: number;
  readonly lines: readonly unknown[];
  readonly stock: unknown;
  readonly payment: unknown;
  readonly shipment: unknown;
}

export interface HistoryStore {
  put(event: Event<Readonly<Record<string, unknown>>>): Promise<void>;
  find(orderId: string): Promise<HistoryRow | undefined>;
  /** A user's orders, youngest first, placed before `before` (epoch ms). */
  list(userId: string, before: number, most: number): Promise<HistoryRow[]>;
  ledger(): Promise<unknown[]>;
  /** Forgets everything, the inbox too: what is read from the beginning comes in again. */
  empty(): Promise<void>;
}

export function createHistoryStore(database: Database): HistoryStore {
  const put = together<Change & { readonly event_id: string; readonly order_id: string; readonly at: number }>({
    keyOf: ({ order_id, part }) => `${order_id} ${part}`,
    work: async (rows) => void (await database.run(PUT, [JSON.stringify(rows)])),
  });
  return {
    put: async (event) => put({ event_id: event.eventId, order_id: event.orderId, at: event.at, ...changeOf(event) }),
    find: async (orderId) => (await database.run<HistoryRow>(FIND, [orderId]))[0],
    list: (userId, before, most) => database.run<HistoryRow>(LIST, [userId, before, most]),
    ledger: () => database.run(LEDGER, []),
    empty: async () => void (await database.run(EMPTY, [])),
  };
}
