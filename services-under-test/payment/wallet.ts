/** Paying by wallet: the balance is ours, so charge, payment and event are one statement, and nobody else is asked. */
import type { Database, Statement } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { FIRST_TIME } from '../kit/inbox.ts';
import { type OutboxRow, originValues, queued } from '../kit/outbox.ts';
import { type Command, replied } from '../kit/request-reply.ts';
import { nowMs } from '../kit/time.ts';
import { PAYMENT_TOPIC, type PaymentCharged, type PaymentFailed, type StockReserved } from './events.ts';
import type { Undo } from './store.ts';

/** The payment method that means it. */
export const WALLET = 'wallet';

/**
 * Inbox, balance, movement, payment. The row of the wallet is locked by the update, so two orders that come at once never
 * spend the same money; an order whose payment is known already (voided before it came) is not charged.
 */
const CHARGED = `with ${FIRST_TIME}, fresh as (
    select from first_time where not exists (select from payments where order_id = $2::uuid)
  ), taken as (
    update wallets set balance = balance - $3::integer
    where user_id = $4 and balance >= $3::integer and exists (select from fresh)
    returning user_id
  ), decided as (
    insert into payments (order_id, amount, status, charge_id, reason, shipping_address_id, began_at, decided_at, user_id, method)
    select $2::uuid, $3::integer, outcome.status,
      case outcome.status when 'charged' then 'wallet-' || $2::uuid end,
      case outcome.status when 'failed' then 'the wallet does not hold enough' end,
      $5, $6::bigint, $6::bigint, $4, '${WALLET}'
    from fresh, (select case when exists (select from taken) then 'charged' else 'failed' end as status) as outcome
    returning order_id, status
  ), moved as (
    insert into wallet_entries (user_id, about, kind, amount, at)
    select $4, order_id::text, 'charged', $3::integer, $6::bigint from decided where status = 'charged'
  )`;

const TOLD = `order_id::text, 'payment.' || status, case status when 'charged' then $7 else $8 end`;

const CHARGE: Statement = {
  name: 'wallet-charge',
  text: `${CHARGED}, ${queued(`select '${PAYMENT_TOPIC}', ${TOLD}, $9, $10 from decided`)}
  select * from queued`,
};

const CHARGE_COMMANDED: Statement = {
  name: 'wallet-charge-commanded',
  text: `${CHARGED}, ${replied(`select '${PAYMENT_TOPIC}', ${TOLD} from decided`, `select ${TOLD} from decided`, {
    requestId: '$1',
    replyTo: '$11',
    traceparent: '$9',
    correlationId: '$10',
  })}`,
};

/** A payment by wallet is undone: the undo, the payment, the balance and the movement in one, once. */
const UNDONE = `with undone as (
    update undos set done_at = $3::bigint
    where order_id = $1::uuid and kind = $2 and done_at is null
      and exists (select from payments where payments.order_id = undos.order_id and method = '${WALLET}')
    returning *, case kind when 'refund' then 'refunded' else 'voided' end as done
  ), changed as (
    update payments set status = undone.done from undone where payments.order_id = undone.order_id
  ), moved as (
    insert into wallet_entries (user_id, about, kind, amount, at)
    select entry.user_id, entry.about, undone.done, entry.amount, $3::bigint
    from undone join wallet_entries as entry on entry.about = undone.order_id::text and entry.kind = 'charged'
    on conflict (about, kind) do nothing
    returning user_id, amount
  ), given_back as (
    update wallets set balance = balance + moved.amount from moved where wallets.user_id = moved.user_id
  )`;

const UNDO: Statement = {
  name: 'wallet-undo',
  text: `${UNDONE}, ${queued(`select '${PAYMENT_TOPIC}', order_id::text, 'payment.' || done, $4, $5, $6 from undone`)}
  select * from queued`,
};

const UNDO_COMMANDED: Statement = {
  name: 'wallet-undo-commanded',
  text: `${UNDONE}, ${replied(
    `select '${PAYMENT_TOPIC}', order_id::text, 'payment.' || done, $4 from undone`,
    `select order_id::text, 'payment.' || done, $4 from undone where request_id is not null`,
    {
      requestId: '(select request_id from undone)',
      replyTo: '(select reply_to from undone)',
      traceparent: '$5',
      correlationId: '$6',
    },
  )}`,
};

/** Once per voucher, however often it is handed in. */
const CREDIT: Statement = {
  name: 'wallet-credit',
  text: `with credited as (
    insert into wallet_entries (user_id, about, kind, amount, at) values ($1, $2, 'credited', $3::integer, $4::bigint)
    on conflict (about, kind) do nothing
    returning user_id, amount
  )
  insert into wallets (user_id, balance) select user_id, amount from credited
  on conflict (user_id) do update set balance = wallets.balance + excluded.balance`,
};

const BALANCE: Statement = { name: 'wallet-balance', text: 'select balance from wallets where user_id = $1' };

export interface Wallets {
  /** Charges an order, or decides that there is not enough; answers what is told of it, nothing when that was done before. */
  charge(event: Event<StockReserved & Partial<Command>>): Promise<OutboxRow[]>;
  /** Undoes a payment by wallet; no row when it is none, or was undone before. */
  undo(undo: Undo): Promise<OutboxRow[]>;
  credit(userId: string, voucher: string, amount: number): Promise<void>;
  /** In cents; 0 for who has no wallet. */
  balance(userId: string): Promise<number>;
}

/** `commanded`: charges and undos are replied to. */
export function createWallets(database: Database, commanded: boolean): Wallets {
  return {
    charge({ eventId, orderId, data }) {
      const { total, userId, shippingAddressId, replyTo } = data;
      const charged: PaymentCharged = { amount: total, chargeId: `wallet-${orderId}`, shippingAddressId };
      const failed: PaymentFailed = { reason: 'the wallet does not hold enough' };
      const values = [eventId, orderId, total, userId ?? '', shippingAddressId, nowMs()];
      const told = [JSON.stringify(charged), JSON.stringify(failed), ...originValues()];
      if (!commanded) return database.run<OutboxRow>(CHARGE, [...values, ...told]);
      return database.run<OutboxRow>(CHARGE_COMMANDED, [...values, ...told, replyTo]);
    },
    undo: ({ orderId, kind, amount }) =>
      database.run<OutboxRow>(commanded ? UNDO_COMMANDED : UNDO, [
        ...[orderId, kind, nowMs(), JSON.stringify({ amount }), ...originValues()],
      ]),
    credit: async (userId, voucher, amount) => void (await database.run(CREDIT, [userId, voucher, amount, nowMs()])),
    balance: async (userId) => (await database.run<{ balance: number }>(BALANCE, [userId]))[0]?.balance ?? 0,
  };
}
