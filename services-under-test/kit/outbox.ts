/**
 * Transactional outbox: an event is written to the `outbox` table by the statement that makes it true, so nothing is
 * published that was not committed, and nothing that was committed is forgotten. The relay (`outbox-relay.ts`) brings
 * the rows to the broker.
 */
import { currentContext } from './context.ts';
import { EVENT_HEADERS } from './event.ts';
import type { OutgoingMessage } from './kafka.ts';

/** A row of the `outbox` table. `data` is JSON text. */
export interface OutboxRow {
  readonly id: number;
  readonly event_id: string;
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly data: string;
  readonly traceparent: string;
  readonly correlation_id: string;
  readonly at: number;
}

/**
 * Part of a statement: puts the rows of `select` (topic, key, type, data, traceparent, correlation_id) into the outbox.
 * The statement ends with `select * from queued`, and its rows are handed to the relay.
 */
export function queued(select: string): string {
  return `queued as (
  insert into outbox (topic, key, type, data, traceparent, correlation_id)
  ${select}
  returning *
)`;
}

/** The last two values of such a row: the trace and correlation id under which the event is decided. */
export function originValues(): [traceparent: string, correlationId: string] {
  const context = currentContext();
  if (context === undefined) throw new Error('an event is decided outside of any request or message');
  return [context.traceparent, context.correlationId];
}

/** The record that a row becomes: key = order id, so that the events of one order keep their order. */
export function messageOf(row: OutboxRow): OutgoingMessage {
  const head = JSON.stringify({ eventId: row.event_id, type: row.type, orderId: row.key, at: row.at });
  return {
    topic: row.topic,
    key: row.key,
    value: `${head.slice(0, -1)},"data":${row.data}}`,
    headers: {
      [EVENT_HEADERS.type]: row.type,
      [EVENT_HEADERS.eventId]: row.event_id,
      [EVENT_HEADERS.traceparent]: row.traceparent,
      [EVENT_HEADERS.correlationId]: row.correlation_id,
    },
  };
}
