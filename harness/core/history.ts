/** The records of a case, in time order: what the driver did, what crossed each edge, what was broken, what services said. */
import type { EntityRow, LedgerRow, PendingRow } from './topology.ts';

export const HISTORY_SCHEMA = 1;

interface Base {
  /** Epoch ms, with fractions, taken in the process that saw it. */
  readonly at: number;
  /** Case the record belongs to (16 hex digits), where it could be attributed. */
  readonly case?: string;
}

/**
 * How an exchange ended, seen at the caller's side of the wire:
 * `answered` a complete reply was passed on · `gave-up` the caller closed before the reply was complete (time-out) ·
 * `reset` the connection broke on the callee's side or by a fault · `refused` the callee could not be reached · `open` not ended when recorded.
 */
export type Outcome = 'answered' | 'gave-up' | 'reset' | 'refused' | 'open';

/** One request and its reply on one edge. Written when it ends. */
export interface ExchangeRecord extends Base {
  readonly type: 'exchange';
  readonly edge: string;
  readonly protocol: string;
  /** `POST /charges`, `Produce`, `INSERT orders`, `GET cart:17`, `DATA`, …; ids in paths and keys are kept. */
  readonly operation: string;
  readonly trace?: string;
  /** When the end reached the caller, epoch ms. `at` is when the request's first byte was seen. */
  readonly endAt: number;
  readonly outcome: Outcome;
  /** HTTP or SMTP status, or Kafka error code where it is not 0. */
  readonly status?: number;
  /** The error as its protocol names it, where it is no number: SQLSTATE, first word of a Redis error. */
  readonly error?: string;
  /** Idempotency key, Kafka key, … where the wire saw one. */
  readonly key?: string;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** The callee got the whole request (false: it was answered, refused or dropped before). */
  readonly forwarded: boolean;
  /** Rule that acted on it, by fault id. */
  readonly fault?: string;
  /** Number of the connection on this edge. */
  readonly connection: number;
  readonly correlation?: string;
  /** For whom it is made, as its headers say (`x-user-id`, else the subject of the bearer token). */
  readonly user?: string;
  /** How many ms the caller grants the callee, as the request's headers say (`grpc-timeout`, or `x-deadline` in epoch ms). */
  readonly grantedMs?: number;
  /** Of a Kafka Produce: acks (-1 all). */
  readonly acks?: number;
  /** Names and types in the JSON body of the request, as JSON text, while shapes are kept: `{"orderId":"string"}`. */
  readonly requestShape?: string;
  /** The same of the reply. */
  readonly replyShape?: string;
}

/** gRPC codes that stand for what HTTP says with 5xx: UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS. */
const GRPC_SERVER_ERRORS: readonly number[] = [2, 4, 12, 13, 14, 15];

/** True for a reply by which the callee says that it failed, in the words of its protocol. */
export function saysItFailed({ protocol, status }: Pick<ExchangeRecord, 'protocol' | 'status'>): boolean {
  if (status === undefined) return false;
  return protocol === 'grpc' ? GRPC_SERVER_ERRORS.includes(status) : status >= 500;
}

/** One Kafka record, where it passed. */
export interface MessageRecord extends Base {
  readonly type: 'message';
  readonly edge: string;
  readonly action: 'produced' | 'delivered' | 'committed';
  readonly topic: string;
  readonly partition: number;
  /** Of `committed`: the next offset to be read. Of `produced`: known from the reply, absent when the reply never came. */
  readonly offset?: number;
  readonly key?: string;
  readonly group?: string;
  readonly trace?: string;
  /** Record headers as text, bounded (traceparent, event id and type live here). */
  readonly headers?: Readonly<Record<string, string>>;
  readonly bytes?: number;
  readonly fault?: string;
  /** Of `produced`: names and types in its JSON value, as JSON text, while shapes are kept. */
  readonly shape?: string;
}

/** A connection on an edge. */
export interface ConnectionRecord extends Base {
  readonly type: 'connection';
  readonly edge: string;
  readonly connection: number;
  readonly event: 'open' | 'close' | 'refused' | 'reset';
  /** Who ended it: `caller`, `callee`, `wire`. */
  readonly by?: 'caller' | 'callee' | 'wire';
  readonly bytesIn?: number;
  readonly bytesOut?: number;
  /** Of an end: ms from the first word of it to the last, at the slower side. */
  readonly lingeredMs?: number;
}

/** What is wrong with what one end of a handshake showed; `not-tls`: it spoke without encryption. */
export type CertificateFlaw = 'none-shown' | 'expired' | 'unknown-authority' | 'other-identity' | 'not-tls';

/**
 * A TLS handshake as the wire saw it pass on an edge with `mutualTls`: who showed what to whom, and who went on all the same. Written when both
 * went on, or when the connection ended before.
 */
export interface HandshakeRecord extends Base {
  readonly type: 'handshake';
  readonly edge: string;
  readonly connection: number;
  /** URI that the certificate names, and its serial number. */
  readonly callerIdentity?: string;
  readonly callerSerial?: string;
  readonly callerFlaw?: CertificateFlaw;
  readonly calleeIdentity?: string;
  readonly calleeSerial?: string;
  readonly calleeFlaw?: CertificateFlaw;
  /** It sent application data: it took what the other end had shown. */
  readonly callerWentOn: boolean;
  readonly calleeWentOn: boolean;
}

/** A fault was injected, hit something, or was healed. */
export interface FaultRecord extends Base {
  readonly type: 'fault';
  readonly id: string;
  readonly fault: string;
  readonly event: 'injected' | 'hit' | 'healed';
  readonly target: string;
  readonly detail?: string;
}

/** One operation of the workload at the system's door. */
export interface OperationRecord extends Base {
  readonly type: 'operation';
  readonly name: string;
  readonly endAt: number;
  readonly outcome: 'ok' | 'error';
  readonly status?: number;
  /** What it made or was about (order id). */
  readonly entity?: string;
  /** Identity under which a repeat must have the effect of one (idempotency key). */
  readonly key?: string;
  /** W3C trace id under which it was sent. */
  readonly trace?: string;
  /** On whose behalf. */
  readonly user?: string;
  /** `door`, `error`, `retryAfter`, `correlation`; of an answer that says no: `contentType` and the beginning of its `body`; and what the workload `saw`. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

/** A part of the lab changed state. */
export interface ProcessRecord extends Base {
  readonly type: 'process';
  readonly part: string;
  readonly event: 'started' | 'ready' | 'stopped' | 'killed' | 'exited' | 'paused' | 'resumed';
  readonly pid?: number;
}

/** Something a service said about itself (a JSON log line with an `event` member). The second witness, never the first. */
export interface ServiceEventRecord extends Base {
  readonly type: 'service-event';
  readonly service: string;
  readonly event: string;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/** What a part held at one moment of a case that had the lab for itself: before anything was done, and once all was healed and quiet. */
export interface UsageRecord extends Base {
  readonly type: 'usage';
  readonly part: string;
  readonly moment: 'before' | 'after';
  /** Of its own: what is shared with others and what can be read again from a file does not count. */
  readonly memoryBytes: number;
  /** Open files and sockets; absent where the runtime cannot tell. */
  readonly descriptors?: number;
  /** Established connections, of both directions. */
  readonly connections?: number;
}

export type HistoryRecord =
  | ExchangeRecord
  | MessageRecord
  | ConnectionRecord
  | HandshakeRecord
  | FaultRecord
  | OperationRecord
  | ProcessRecord
  | ServiceEventRecord
  | UsageRecord;

/** What the probes of the topology answered once the case was quiet. */
export interface FinalState {
  readonly entities: readonly EntityRow[];
  readonly entries: readonly LedgerRow[];
  readonly pending: readonly PendingRow[];
}
