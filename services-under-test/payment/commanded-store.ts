/** The payment store where the saga is orchestrated: every decision is replied to, and nothing is charged that was voided before. */
import type { Database, Statement } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { FIRST_TIME } from '../kit/inbox.ts';
import { type OutboxRow, originValues } from '../kit/outbox.ts';
import { type Command, replied, replyAgain, replyParts } from '../kit/request-reply.ts';
import { nowMs } from '../kit/time.ts';
import { PAYMENT_TOPIC, type StockReserved } from './events.ts';
import {
  type Begun,
  beginValues,
  createPaymentStore,
  DECIDED,
  decidedBy,
  decideValues,
  type PaymentStore,
  type Undo,
} from './store.ts';

/** As the first phase on an event; a payment that is not pending (any more) is not asked for. */
const BEGIN: Statement = {
  name: 'payment-begin-commanded',
  text: `with begun as (
    insert into payments (order_id, amount, status, shipping_address_id, began_at)
    values ($2::uuid, $3::integer, 'pending', $4, $5::bigint)
    on conflict (order_id) do nothing
    returning order_id
  )
  select exists (select from inbox where event_id = $1)
      or exists (select from payments where order_id = $2::uuid and status <> 'pending') as seen,
    not exists (select from begun) as "askedBefore"`,
};

const DECIDE: Statement = {
  name: 'payment-decide-commanded',
  text: `${DECIDED}, ${replied(
    `select '${PAYMENT_TOPIC}', order_id::text, 'payment.' || $3, $7 from decided`,
    `select order_id::text, 'payment.' || $3, $7 from decided`,
    { requestId: '$1', replyTo: '$11', traceparent: '$8', correlationId: '$9' },
  )}`,
};

/** Inbox and the wish to undo, with whom to tell; a reply at once where there is nothing to give back. */
const REFUND: Statement = {
  name: 'payment-refund-commanded',
  text: `with ${FIRST_TIME}, asked as (
    insert into undos (order_id, kind, amount, traceparent, correlation_id, asked_at, request_id, reply_to)
    select order_id, 'refund', amount, $3, $4, $5::bigint, $1, $6 from payments
    where order_id = $2::uuid
      and status = 'charged'
      and exists (select from first_time)
    returning order_id, kind, amount, traceparent, correlation_id
  ), ${replyParts(
    `select '', '', '', '' where false`,
    `select $2::uuid::text, 'payment.refunded', '{"amount":0}' from first_time where not exists (select from asked)`,
    { requestId: '$1', replyTo: '$6', traceparent: '$3', correlationId: '$4' },
  )}
  select 'undo' as what, to_jsonb(asked) as row from asked
  union all select 'reply', to_jsonb(queued) from queued`,
};

/**
 * Whatever became of a charge, it is to be none: a payment that has not come yet is closed before it comes, and the
 * provider is asked to forget its key, to whose reply the saga waits.
 */
const VOID: Statement = {
  name: 'payment-void-commanded',
  text: `with ${FIRST_TIME}, closed as (
    insert into payments (order_id, amount, status, shipping_address_id, began_at, decided_at)
    select $2::uuid, 0, 'voided', '', $5::bigint, $5::bigint from first_time
    on conflict (order_id) do update set status = 'voided', decided_at = excluded.decided_at
    returning order_id, amount
  ), asked as (
    insert into undos (order_id, kind, amount, traceparent, correlation_id, asked_at, request_id, reply_to)
    select order_id, 'void', amount, $3, $4, $5::bigint, $1, $6 from closed
    on conflict (order_id, kind) do update
      set request_id = excluded.request_id, reply_to = excluded.reply_to, done_at = null
    returning order_id, kind, amount, traceparent, correlation_id
  )
  select 'undo' as what, to_jsonb(asked) as row from asked`,
};

/** The provider has acknowledged: undo, payment, event and, where it was commanded, the reply in one. */
const UNDONE: Statement = {
  name: 'payment-undone-commanded',
  text: `with undone as (
    update undos set done_at = $3::bigint
    where order_id = $1::uuid and kind = $2
      and done_at is null
    returning order_id, request_id, reply_to, case kind when 'refund' then 'refunded' else 'voided' end as done
  ), changed as (
    update payments set status = undone.done from undone
    where payments.order_id = undone.order_id and request_id is not null
  ), ${replied(
    `select '${PAYMENT_TOPIC}', order_id::text, 'payment.' || done, $4 from undone where request_id is not null`,
    `select order_id::text, 'payment.' || done, $4 from undone where request_id is not null`,
    {
      requestId: '(select request_id from undone)',
      replyTo: '(select reply_to from undone)',
      traceparent: '$5',
      correlationId: '$6',
    },
  )}`,
};

export interface AskedUndo {
  readonly undos: readonly Undo[];
  readonly replies: readonly OutboxRow[];
}

export interface CommandedStore extends PaymentStore {
  /** The reply to a command that was answered before. */
  repeated(command: Event): Promise<OutboxRow[]>;
  refund(command: Event<Command>): Promise<AskedUndo>;
  void(command: Event<Command>): Promise<AskedUndo>;
}

/** The columns of an undo as the statements above give it. */
interface UndoRow {
  readonly order_id: string;
  readonly kind: Undo['kind'];
  readonly amount: number;
  readonly traceparent: string;
  readonly correlation_id: string;
}

type AskedRow = { readonly what: 'undo'; readonly row: UndoRow } | { readonly what: 'reply'; readonly row: OutboxRow };

export function createCommandedStore(database: Database): CommandedStore {
  const undo = (statement: Statement) => async (command: Event<Command>) => {
    const { eventId, orderId, data } = command;
    const values = [eventId, orderId, ...originValues(), nowMs(), data.replyTo];
    const rows = await database.run<AskedRow>(statement, values);
    if (rows.length === 0) return { undos: [], replies: await replyAgain(database, command) };
    return {
      undos: rows.flatMap(({ what, row }) => (what === 'undo' ? [undoOf(row)] : [])),
      replies: rows.flatMap(({ what, row }) => (what === 'reply' ? [row] : [])),
    };
  };
  return {
    ...createPaymentStore(database),
    repeated: (command) => replyAgain(database, command),
    async begin(event) {
      const [row] = await database.run<Begun>(BEGIN, beginValues(event));
      return row ?? { seen: true, askedBefore: true };
    },
    async decide(event: Event<StockReserved & Partial<Command>>, outcome) {
      const values = [...decideValues(event, outcome), event.data.replyTo];
      return decidedBy(event, outcome, await database.run<OutboxRow>(DECIDE, values));
    },
    refund: undo(REFUND),
    void: undo(VOID),
    undone: ({ orderId, kind, amount }) =>
      database.run<OutboxRow>(UNDONE, [orderId, kind, nowMs(), JSON.stringify({ amount }), ...originValues()]),
  };
}

function undoOf({ order_id, kind, amount, traceparent, correlation_id }: UndoRow): Undo {
  return { orderId: order_id, kind, amount, traceparent, correlationId: correlation_id };
}
