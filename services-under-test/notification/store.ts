/** The notification service's database: every statement here is one transaction. */
import type { Database, Statement } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { FIRST_TIME } from '../kit/inbox.ts';
import { nowMs } from '../kit/time.ts';

/** The mail is known before it is sent: who finds it again knows that it may have been. */
const BEGIN: Statement = {
  name: 'mail-begin',
  text: `with begun as (
    insert into mails (order_id, order_state, begun_at) values ($2::uuid, $3, $4::bigint)
    on conflict (order_id, order_state) do nothing
    returning order_id
  )
  select exists (select from inbox where event_id = $1) as seen,
    exists (select from mails where order_id = $2::uuid and order_state = $3 and sent_at is not null) as sent,
    not exists (select from begun) as "triedBefore"`,
};

/** Inbox and mail in one. */
const SENT: Statement = {
  name: 'mail-sent',
  text: `with ${FIRST_TIME}
  update mails set sent_at = $4::bigint
  where order_id = $2::uuid and order_state = $3
    and exists (select from first_time)`,
};

export interface Begun {
  /** The event was handled before. */
  readonly seen: boolean;
  /** The mail was sent for another event. */
  readonly sent: boolean;
  /** An earlier try may have arrived. */
  readonly triedBefore: boolean;
}

export interface MailStore {
  begin(event: Event, state: string): Promise<Begun>;
  sent(event: Event, state: string): Promise<void>;
}

export function createMailStore(database: Database): MailStore {
  return {
    async begin({ eventId, orderId }, state) {
      const [row] = await database.run<Begun>(BEGIN, [eventId, orderId, state, nowMs()]);
      return row ?? { seen: false, sent: false, triedBefore: true };
    },
    sent: async ({ eventId, orderId }, state) => void (await database.run(SENT, [eventId, orderId, state, nowMs()])),
  };
}
