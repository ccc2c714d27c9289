/** The notification service's database: every statement here is one transaction. */
import type { Database, Statement } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { FIRST_TIMES } from '../kit/inbox.ts';
import { nowMs } from '../kit/time.ts';
import { together } from '../kit/together.ts';
import type { OrderFinished } from './events.ts';
import type { Contact } from './rules.ts';

/** The mail is known before it is sent: who finds it again knows that it may have been. */
function begin({ column = '', value = '', select = '' } = {}): string {
  return `with begun as (
    insert into mails (order_id, order_state, begun_at${column}) values ($2::uuid, $3, $4::bigint${value})
    on conflict (order_id, order_state) do nothing
    returning order_id
  )
  select exists (select from inbox where event_id = $1) as seen,
    exists (select from mails where order_id = $2::uuid and order_state = $3 and sent_at is not null) as sent,
    not exists (select from begun) as "triedBefore"${select}`;
}

const BEGIN: Statement = { name: 'mail-begin', text: begin() };

/** The same, with how the customer wants to hear; for whom the mail is, is kept with it, so that the two can be compared. */
const BEGIN_FOR: Statement = {
  name: 'mail-begin-for',
  text: begin({
    column: ', user_id',
    value: ', $5',
    select: `, (select jsonb_build_object('phone', phone, 'sms', by_sms, 'push', by_push)
      from contacts where user_id = $5) as contact`,
  }),
};

/** Inbox and mails in one. `$1` to `$3`: event ids, order ids and states, an event behind the other. */
const SENT: Statement = {
  name: 'mail-sent',
  text: `with events as (
    select * from unnest($1::uuid[], $2::uuid[], $3::text[]) as event (event_id, order_id, order_state)
  ), ${FIRST_TIMES}
  update mails set sent_at = $4::bigint
  where order_id = any($2::uuid[])
    and (order_id, order_state) in (select events.order_id, events.order_state from events join first_time using (event_id))`,
};

export interface Begun {
  /** The event was handled before. */
  readonly seen: boolean;
  /** The mail was sent for another event. */
  readonly sent: boolean;
  /** An earlier try may have arrived. */
  readonly triedBefore: boolean;
  /** How the customer wants to hear, where they said. */
  readonly contact?: Contact | null;
}

export interface MailStore {
  begin(event: Event<OrderFinished>, state: string): Promise<Begun>;
  sent(event: Event, state: string): Promise<void>;
}

/** `withContacts`: there is a table of how customers want to hear. */
export function createMailStore(database: Database, withContacts: boolean): MailStore {
  const sent = together<{ readonly event: Event; readonly state: string }>({
    keyOf: ({ event }) => event.eventId,
    work: async (mails) => {
      const events = mails.map(({ event }) => event);
      await database.run(SENT, [
        events.map(({ eventId }) => eventId),
        events.map(({ orderId }) => orderId),
        mails.map(({ state }) => state),
        nowMs(),
      ]);
    },
  });
  return {
    async begin({ eventId, orderId, data: { userId } }, state) {
      const about = [eventId, orderId, state, nowMs()];
      const begun = withContacts
        ? database.run<Begun>(BEGIN_FOR, [...about, userId ?? null])
        : database.run<Begun>(BEGIN, about);
      return (await begun)[0] ?? { seen: false, sent: false, triedBefore: true };
    },
    sent: (event, state) => sent({ event, state }),
  };
}
