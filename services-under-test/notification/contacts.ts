/** How each customer wants to hear of orders: a copy of what the user service tells, kept here so that nobody has to be asked. */
import type { Database, Statement } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { FIRST_TIME } from '../kit/inbox.ts';
import type { Fields, Readers } from '../kit/reader.ts';
import type { Contact } from './rules.ts';

/** `user.created`, `user.changed`; their key is the user id. */
export interface UserTold {
  readonly phone?: string;
  readonly sms: boolean;
  readonly push: boolean;
}

const userTold = (data: Fields): UserTold => {
  const preferences = data.one('preferences', (one) => ({ sms: one.flag('sms'), push: one.flag('push') }));
  return { phone: data.optionalText('phone'), ...preferences };
};

export const CONTACT_TOPIC = 'user.events';
export const CONTACT_READERS = { 'user.created': userTold, 'user.changed': userTold } satisfies Readers;

/** Inbox and contact in one. What was told later stays, in whatever order it comes. */
const PUT: Statement = {
  name: 'contact-put',
  text: `with ${FIRST_TIME}
  insert into contacts (user_id, phone, by_sms, by_push, told_at)
  select $2, $3, $4, $5, $6::bigint from first_time
  on conflict (user_id) do update set phone = excluded.phone, by_sms = excluded.by_sms, by_push = excluded.by_push,
    told_at = excluded.told_at
  where contacts.told_at <= excluded.told_at`,
};

const FIND: Statement = {
  name: 'contact-find',
  text: 'select phone, by_sms as sms, by_push as push from contacts where user_id = $1',
};

export interface ContactStore {
  put(event: Event<UserTold>): Promise<void>;
  /** How a customer wants to hear; undefined where nobody said. */
  find(userId: string): Promise<Contact | undefined>;
}

export function createContactStore(database: Database): ContactStore {
  return {
    put: async ({ eventId, orderId: userId, at, data: { phone, sms, push } }) =>
      void (await database.run(PUT, [eventId, userId, phone ?? null, sms, push, at])),
    find: async (userId) => (await database.run<Contact>(FIND, [userId]))[0],
  };
}
