/** The envelope of every event: what stands in the Kafka record's key, headers and value. */

/** The value of a record, as JSON. The key of the record is the order id. */
export interface Event<Data = unknown> {
  readonly eventId: string;
  readonly type: string;
  readonly orderId: string;
  /** Epoch ms at which it was decided. */
  readonly at: number;
  readonly data: Data;
}

/** Names of the record headers; all values are text. */
export const EVENT_HEADERS = {
  type: 'type',
  eventId: 'event-id',
  traceparent: 'traceparent',
  correlationId: 'correlation-id',
} as const;
