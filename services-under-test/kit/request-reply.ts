/**
 * Request-reply over messages: a command stands on `<service>.commands` and says where its reply is wanted. The id of the
 * command links the two: the reply carries it as `requestId`, and whoever asked takes a reply only to the request it waits
 * for now. A reply that comes after the time-out, or twice, is therefore ignored.
 * The reply is written by the statement that has the effect (beside inbox and event) and is kept, so that a command that
 * comes again is answered again.
 */
import type { Database, Statement } from './database.ts';
import type { Event } from './event.ts';
import { type OutboxRow, originValues } from './outbox.ts';
import type { Fields, Reader } from './reader.ts';

/** What every command carries beside its own data. Its event id is the id of the request. */
export interface Command {
  /** Topic on which the reply is wanted. */
  readonly replyTo: string;
}

/** What every reply carries beside its own data. */
export interface Reply {
  /** The event id of the command. */
  readonly requestId: string;
}

/** The topic of commands to a service. */
export function commandTopic(service: string): string {
  return `${service}.commands`;
}

/** Reads a command: the data of the event that asks for the same work, and where the reply is wanted. */
export function commandOf<Data>(data: Reader<Data>): Reader<Data & Command> {
  return (fields: Fields) => ({ ...data(fields), replyTo: fields.text('replyTo') });
}

/** Reads a reply: its data, and to what it is the reply. */
export function replyOf<Data>(data: Reader<Data>): Reader<Data & Reply> {
  return (fields: Fields) => ({ ...data(fields), requestId: fields.text('requestId') });
}

/** Texts of the values in a statement that answers a command: the request's id and the topic for its reply. */
export interface ReplyValues {
  readonly requestId: string;
  readonly replyTo: string;
  readonly traceparent: string;
  readonly correlationId: string;
}

/**
 * Parts of a statement that answers a command, `reply` and `queued`. `events` selects (topic, key, type, data) of the events to publish,
 * `reply` selects (key, type, data) of the one reply. Kept, queued and handed to the relay like every event.
 */
export function replyParts(events: string, reply: string, values: ReplyValues): string {
  const { requestId, replyTo, traceparent, correlationId } = values;
  return `reply as (
  insert into replies (request_id, topic, key, type, data)
  select ${requestId}::uuid, ${replyTo}, told.key, told.type,
    (told.data::jsonb || jsonb_build_object('requestId', ${requestId}::uuid))::text
  from (${reply}) as told (key, type, data)
  on conflict (request_id) do nothing
  returning topic, key, type, data
), queued as (
  insert into outbox (topic, key, type, data, traceparent, correlation_id)
  select topic, key, type, data, ${traceparent}, ${correlationId} from (${events}) as event (topic, key, type, data)
  union all
  select topic, key, type, data, ${traceparent}, ${correlationId} from reply
  returning *
)`;
}

/** The same as the end of a statement, whose rows are handed to the relay. */
export function replied(events: string, reply: string, values: ReplyValues): string {
  return `${replyParts(events, reply, values)}
select * from queued`;
}

const AGAIN: Statement = {
  name: 'reply-again',
  text: `insert into outbox (topic, key, type, data, traceparent, correlation_id)
    select topic, key, type, data, $2, $3 from replies where request_id = $1::uuid
    returning *`,
};

/** The reply of a command that was answered before, on its way once more; no row where there is none yet. */
export function replyAgain(database: Database, command: Event): Promise<OutboxRow[]> {
  return database.run<OutboxRow>(AGAIN, [command.eventId, ...originValues()]);
}

/** Does the work of a command, or, where it was done before, gives its reply again. No row: the reply is still to come. */
export async function answer(database: Database, command: Event, work: () => Promise<OutboxRow[]>) {
  const rows = await work();
  return rows.length > 0 ? rows : replyAgain(database, command);
}
