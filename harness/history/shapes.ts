/** What each line of a history consists of: the one table that the reader's tests and the JSON Schema are made of. */
import type { EntityRow, HistoryRecord, LedgerRow, PendingRow } from '../core/index.ts';
import type { EndLine, HistoryHeader } from './format.ts';
import { count, detail, flag, type Member, maybe, number, oneOf, orNull, text, texts, time } from './members.ts';

export type Shape = Readonly<Record<string, Member>>;

type Own<Type extends HistoryRecord['type']> = Readonly<
  Record<Exclude<keyof Extract<HistoryRecord, { type: Type }>, 'type' | 'at' | 'case'>, Member>
>;

const FLAWS = ['none-shown', 'expired', 'unknown-authority', 'other-identity', 'not-tls'] as const;

/** Every member of every type of record stands here: one that is added to the type and not to the table does not compile. */
export const RECORDS: { readonly [Type in HistoryRecord['type']]: Own<Type> } = {
  exchange: {
    edge: text,
    protocol: text,
    operation: text,
    trace: maybe(text),
    endAt: time,
    outcome: oneOf('answered', 'gave-up', 'reset', 'refused', 'open'),
    status: maybe(number),
    error: maybe(text),
    key: maybe(text),
    requestBytes: count,
    responseBytes: count,
    forwarded: flag,
    fault: maybe(text),
    connection: count,
    correlation: maybe(text),
    user: maybe(text),
    grantedMs: maybe(number),
    acks: maybe(number),
    requestShape: maybe(text),
    replyShape: maybe(text),
  },
  message: {
    edge: text,
    action: oneOf('produced', 'delivered', 'committed'),
    topic: text,
    partition: number,
    offset: maybe(number),
    key: maybe(text),
    group: maybe(text),
    trace: maybe(text),
    headers: maybe(texts),
    bytes: maybe(count),
    fault: maybe(text),
    shape: maybe(text),
  },
  connection: {
    edge: text,
    connection: count,
    event: oneOf('open', 'close', 'refused', 'reset'),
    by: maybe(oneOf('caller', 'callee', 'wire')),
    bytesIn: maybe(count),
    bytesOut: maybe(count),
    lingeredMs: maybe(number),
  },
  handshake: {
    edge: text,
    connection: count,
    callerIdentity: maybe(text),
    callerSerial: maybe(text),
    callerFlaw: maybe(oneOf(...FLAWS)),
    calleeIdentity: maybe(text),
    calleeSerial: maybe(text),
    calleeFlaw: maybe(oneOf(...FLAWS)),
    callerWentOn: flag,
    calleeWentOn: flag,
  },
  fault: {
    id: text,
    fault: text,
    event: oneOf('injected', 'hit', 'healed'),
    target: text,
    detail: maybe(text),
  },
  operation: {
    name: text,
    endAt: time,
    outcome: oneOf('ok', 'error'),
    status: maybe(number),
    entity: maybe(text),
    key: maybe(text),
    trace: maybe(text),
    user: maybe(text),
    detail: maybe(detail),
  },
  process: {
    part: text,
    event: oneOf('started', 'ready', 'stopped', 'killed', 'exited', 'paused', 'resumed'),
    pid: maybe(count),
  },
  'service-event': { service: text, event: text, detail },
  usage: {
    part: text,
    moment: oneOf('before', 'after'),
    memoryBytes: count,
    descriptors: maybe(count),
    connections: maybe(count),
  },
};

/** Of every record, beside its type. */
export const COMMON: Shape = { at: time, case: maybe(text) };

export const HEADER: Readonly<Record<keyof HistoryHeader, Member>> = {
  schema: count,
  case: text,
  run: text,
  topology: text,
  seed: number,
};

export const END: Readonly<Record<Exclude<keyof EndLine, 'type'>, Member>> = {
  records: count,
  rows: count,
  sha256: text,
};

export const ROWS: {
  readonly entities: Readonly<Record<keyof EntityRow, Member>>;
  readonly entries: Readonly<Record<keyof LedgerRow, Member>>;
  readonly pending: Readonly<Record<keyof PendingRow, Member>>;
} = {
  entities: { entity: text, trace: orNull(text), state: text, at: time },
  entries: { entity: text, kind: text, key: text, amount: number, at: time },
  pending: { entity: orNull(text), what: text, at: time },
};
