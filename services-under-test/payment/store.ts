/** The payment service's database: every statement here is one transaction. */
import type { Database, Statement } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { FIRST_TIME } from '../kit/inbox.ts';
import { type OutboxRow, originValues, queued } from '../kit/outbox.ts';
import { nowMs } from '../kit/time.ts';
import {
  PAYMENT_TOPIC,
  type PaymentCharged,
  type PaymentFailed,
  type PaymentRefunded,
  type StockReserved,
} from './events.ts';
import type { Outcome } from './rules.ts';

/** Something the provider has to undo, until it has acknowledged it. */
export interface Undo {
  readonly orderId: string;
  readonly kind: 'refund' | 'void';
  readonly amount: number;
  readonly traceparent: string;
  readonly correlationId: string;
}

/** First phase: the payment is known as pending before the provider is asked. */
const BEGIN: Statement = {
  name: 'payment-begin',
  text: `with begun as (
    insert into payments (order_id, amount, status, shipping_address_id, began_at)
    values ($2::uuid, $3::integer, 'pending', $4, $5::bigint)
    on conflict (order_id) do nothing
    returning order_id
  )
  select exists (select from inbox where event_id = $1) as seen, not exists (select from begun) as "askedBefore"`,
};

/** Second phase: inbox, payment, a void where one is due, and event in one. */
export const DECIDED = `with ${FIRST_TIME}, decided as (
    update payments set status = $3, charge_id = $4, reason = $5, decided_at = $6::bigint
    where order_id = $2::uuid
      and status = 'pending'
      and exists (select from first_time)
    returning order_id, amount
  ), void as (
    insert into undos (order_id, kind, amount, traceparent, correlation_id, asked_at)
    select order_id, 'void', amount, $8, $9, $6::bigint from decided where $10::boolean
  )`;

const DECIDE: Statement = {
  name: 'payment-decide',
  text: `${DECIDED}, ${queued(`select '${PAYMENT_TOPIC}', order_id::text, 'payment.' || $3, $7, $8, $9 from decided`)}
  select * from queued`,
};

/** Inbox and the wish to refund in one; the refund itself is the undo worker's. */
const ASK_REFUND: Statement = {
  name: 'payment-ask-refund',
  text: `with ${FIRST_TIME}
  insert into undos (order_id, kind, amount, traceparent, correlation_id, asked_at)
  select order_id, 'refund', amount, $3, $4, $5::bigint from payments
  where order_id = $2::uuid
    and status = 'charged'
    and exists (select from first_time)
  returning order_id as "orderId", kind, amount, traceparent, correlation_id as "correlationId"`,
};

/** The provider has acknowledged: undo, payment and, for a refund, the event in one. */
const UNDONE: Statement = {
  name: 'payment-undone',
  text: `with undone as (
    update undos set done_at = $3::bigint
    where order_id = $1::uuid and kind = $2
      and done_at is null
    returning order_id, kind
  ), refunded as (
    update payments set status = 'refunded'
    where order_id in (select order_id from undone where kind = 'refund')
    returning order_id
  ), ${queued(`select '${PAYMENT_TOPIC}', order_id::text, 'payment.refunded', $4, $5, $6 from refunded`)}
  select * from queued`,
};

const OPEN_UNDOS: Statement = {
  name: 'payment-open-undos',
  text: `select order_id as "orderId", kind, amount, traceparent, correlation_id as "correlationId"
    from undos where done_at is null order by asked_at limit 1000`,
};

const FIND: Statement = {
  name: 'payment-find',
  text: 'select status, amount, charge_id as "chargeId", reason from payments where order_id = $1::uuid',
};

export interface Payment {
  readonly status: 'pending' | 'charged' | 'failed' | 'refunded';
  readonly amount: number;
  readonly chargeId: string | null;
  readonly reason: string | null;
}

export interface Decided {
  readonly events: readonly OutboxRow[];
  readonly undos: readonly Undo[];
}

export interface Begun {
  /** The work of this event is done. */
  readonly seen: boolean;
  /** An earlier life may have asked the provider already. */
  readonly askedBefore: boolean;
}

export interface PaymentStore {
  begin(event: Event<StockReserved>): Promise<Begun>;
  /** Keeps how the charge ended; answers the event that tells of it, and the void that an unclear one leaves behind. */
  decide(event: Event<StockReserved>, outcome: Outcome): Promise<Decided>;
  /** Wants the charge of the order back; answers the undo, none when that was asked before. */
  askRefund(event: Event): Promise<Undo[]>;
  undone(undo: Undo): Promise<OutboxRow[]>;
  openUndos(): Promise<Undo[]>;
  find(orderId: string): Promise<Payment | undefined>;
}

export function createPaymentStore(database: Database): PaymentStore {
  return {
    async begin(event) {
      const [row] = await database.run<Begun>(BEGIN, beginValues(event));
      return row ?? { seen: true, askedBefore: true };
    },
    async decide(event, outcome) {
      const events = await database.run<OutboxRow>(DECIDE, decideValues(event, outcome));
      return decidedBy(event, outcome, events);
    },
    askRefund: ({ eventId, orderId }) => database.run<Undo>(ASK_REFUND, [eventId, orderId, ...originValues(), nowMs()]),
    undone({ orderId, kind, amount }) {
      const refunded: PaymentRefunded = { amount };
      return database.run<OutboxRow>(UNDONE, [orderId, kind, nowMs(), JSON.stringify(refunded), ...originValues()]);
    },
    openUndos: () => database.run<Undo>(OPEN_UNDOS, []),
    find: async (orderId) => (await database.run<Payment>(FIND, [orderId]))[0],
  };
}

export function beginValues({ eventId, orderId, data }: Event<StockReserved>): unknown[] {
  return [eventId, orderId, data.total, data.shippingAddressId, nowMs()];
}

export function decideValues({ eventId, orderId, data }: Event<StockReserved>, outcome: Outcome): unknown[] {
  const status = outcome.is === 'charged' ? 'charged' : 'failed';
  const chargeId = outcome.is === 'charged' ? outcome.chargeId : null;
  const reason = outcome.is === 'charged' ? null : outcome.reason;
  return [
    ...[eventId, orderId, status, chargeId, reason, nowMs()],
    ...[JSON.stringify(dataOf(outcome, data)), ...originValues(), leavesVoid(outcome)],
  ];
}

/** The events of a decision, and the void of a charge that nobody heard of. */
export function decidedBy({ orderId, data }: Event<StockReserved>, outcome: Outcome, events: OutboxRow[]): Decided {
  const [traceparent, correlationId] = originValues();
  const undo: Undo = { orderId, kind: 'void', amount: data.total, traceparent, correlationId };
  return { events, undos: leavesVoid(outcome) && events.length > 0 ? [undo] : [] };
}

function leavesVoid(outcome: Outcome): boolean {
  return outcome.is === 'given-up' && outcome.unclear;
}

function dataOf(outcome: Outcome, { total, shippingAddressId }: StockReserved): PaymentCharged | PaymentFailed {
  if (outcome.is === 'charged') return { amount: total, chargeId: outcome.chargeId, shippingAddressId };
  return { reason: outcome.reason };
}
