/**
 * What a service offers, said once for its API documents: operations over HTTP, messages that it publishes. Each service
 * says it in its `interface.ts`, with the shapes that its routes really read; `fixtures/documents` makes OpenAPI and AsyncAPI of it.
 * No running service loads this.
 */
import { type JsonSchema, object, type Shape, text, whole } from './shape.ts';

export interface Operation {
  /** One line. */
  readonly says: string;
  /** Headers that the caller must send. */
  readonly headers?: readonly string[];
  /** Parameters of the query; all may be left out. */
  readonly query?: Readonly<Record<string, Shape<unknown>>>;
  readonly takes?: Shape<unknown>;
  /** By status: the body, or null where there is none, or a text that is no JSON. */
  readonly gives: Readonly<Record<number, Shape<unknown> | null | 'text'>>;
  /** Statuses of refusals: problem documents. */
  readonly refuses?: readonly number[];
}

export interface Interface {
  /** By method and path: `GET /orders/:id`. */
  readonly http: Readonly<Record<string, Operation>>;
  /** By topic and type. */
  readonly publishes?: Readonly<Record<string, Readonly<Record<string, Message>>>>;
}

export interface Message {
  readonly says: string;
  /** Of the member `data` of its envelope. */
  readonly data: Shape<unknown>;
  /** What is more in the data of a reply or command. */
  readonly kind?: 'event' | 'command' | 'reply';
}

export const USER = 'x-user-id';
export const KEY = 'idempotency-key';

/** Money in cents. */
export const cents = whole();
/** Epoch milliseconds. */
export const moment = whole();
export const uuid: Shape<string> = described(text({ min: 36, max: 36 }), { type: 'string', format: 'uuid' });
export const some: Shape<string> = described(text({ max: 2_000 }), { type: 'string' });
/** For a programmer's eyes: nobody relies on what it holds. */
export const anything: Shape<unknown> = { schema: {}, read: (value) => value };

export function nullable<Value>(shape: Shape<Value>): Shape<Value | null> {
  const read = (value: unknown, field: string) => (value === null ? null : shape.read(value, field));
  return { schema: { oneOf: [shape.schema, { type: 'null' }] }, read };
}

/** A list in an answer: how long it may be is not for the reader to judge. */
export function listOf<Value>(item: Shape<Value>): Shape<readonly Value[]> {
  const read = (value: unknown, field: string) => (value as unknown[]).map((one) => item.read(one, field));
  return { schema: { type: 'array', items: item.schema }, read };
}

/** Rows by which the outside and the read side are judged. */
export const ledgerRow = object({ entity: text(), kind: text(), key: some, amount: whole({ min: -1e12 }), at: moment });

function described<Value>(shape: Shape<Value>, schema: JsonSchema): Shape<Value> {
  return { ...shape, schema };
}
