/** What a workload is given: calls at the system's door, recorded and traced, and looks at what it did. */
import { request } from 'undici';
import {
  caseOfTrace,
  type EntityRow,
  type HistoryRecord,
  type Lab,
  messageOf,
  newTraceparent,
  type OperationRecord,
  type Random,
  systemClock,
  traceOf,
  waitFor,
} from '../core/index.ts';
import { type Door, doorOf } from './door.ts';
import type { RecordFeed } from './feed.ts';
import type { StateReader } from './state.ts';

export interface CallSpec {
  /** Service behind the driver's edge. */
  readonly door: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Name in the history. Default: method and path. */
  readonly name?: string;
  /** Identity under which a repeat must have the effect of one. */
  readonly key?: string;
  /** Finds what the operation made in its answer. */
  readonly entityOf?: (body: unknown) => string | undefined;
  /** What checks are to know of an ok answer (a version, an amount): goes into the operation's `detail`. */
  readonly saw?: (body: unknown, headers: Readonly<Record<string, string>>) => Detail;
  /** On whose behalf. */
  readonly user?: string;
  /** Statuses that count as ok. Default: 2xx. */
  readonly okStatuses?: readonly number[];
  readonly timeoutMs?: number;
}

/** Plain facts of an operation. */
export type Detail = Readonly<Record<string, string | number | boolean | null>>;

/** An operation that is no HTTP call: a socket, a look at a log. */
export interface StepSpec {
  readonly name: string;
  readonly user?: string;
  readonly entity?: string;
  /** Answers what checks are to know of it; what it throws is the operation's error. `traceparent` belongs to the case. */
  readonly work: (traceparent: string) => Promise<Detail>;
}

export interface Reply {
  readonly ok: boolean;
  /** 0 where no answer came. */
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly durationMs: number;
  readonly entity?: string;
  readonly error?: string;
}

export interface WorkloadContext {
  readonly lab: Lab;
  readonly caseId: string;
  readonly kind: 'control' | 'case' | 'pulse';
  readonly random: Random;
  readonly signal: AbortSignal;
  /** One operation, under a fresh trace of this case. A refused or failed call is an answer (status 0), it does not throw. */
  call(spec: CallSpec): Promise<Reply>;
  /** One operation of another kind. True when it came to a good end; a failed one does not throw. */
  step(spec: StepSpec): Promise<boolean>;
  /** Puts the faults on now, for experiments with `start: 'called'`. Nothing to do in a control run, or when they are on. */
  inject(): Promise<void>;
  /** Takes all faults of the case back now. Nothing to do in a control run. */
  heal(): Promise<void>;
  /** Entities of this case as the ledger's probe shows them. */
  entities(): Promise<readonly EntityRow[]>;
  /** Resolves when `count` entities (default: all there are) of this case are terminal; false when the deadline passes. */
  settled(options?: { readonly count?: number; readonly deadlineMs?: number }): Promise<boolean>;
  /** Resolves when every fault of the case has hit something; false when the deadline passes. At once in a control run. */
  landed(options?: { readonly deadlineMs?: number }): Promise<boolean>;
  /** Records of this case so far, and those that belong to nobody, since the workload began. */
  seen(): Promise<readonly HistoryRecord[]>;
  /** Looks until `look` answers true. False when the deadline passes. */
  until(what: string, look: () => Promise<boolean> | boolean, deadlineMs: number): Promise<boolean>;
}

export interface WorkloadParts {
  readonly lab: Lab;
  readonly feed: RecordFeed;
  readonly reader: StateReader;
  readonly caseId: string;
  readonly kind: WorkloadContext['kind'];
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly inject: () => Promise<void>;
  readonly heal: () => Promise<void>;
  /** Hits of each fault so far. Default: there is none. */
  readonly hits?: () => Promise<readonly number[]>;
}

const CALL_TIMEOUT_MS = 10_000;
const SETTLE_MS = 20_000;
/** Characters kept of an answer that says no. */
const MOST_BODY = 1_000;
const LAND_MS = 5_000;

export function workloadContext(parts: WorkloadParts): WorkloadContext {
  const { lab, feed, reader, caseId, kind, random, signal, inject, heal, hits } = parts;
  const startedAt = systemClock.now();
  const entities = async () =>
    (await reader.read()).entities.filter(({ trace }) => trace !== null && caseOfTrace(trace) === caseId);
  const terminal = lab.topology.ledger?.terminal ?? {};
  const until: WorkloadContext['until'] = (what, look, deadlineMs) =>
    waitFor(async () => ((await look()) ? true : undefined), { what, deadlineMs, signal }).catch((cause) => {
      if (signal.aborted) throw cause;
      return false;
    });
  return {
    lab,
    caseId,
    kind,
    random,
    signal,
    inject,
    heal,
    entities,
    until,
    call: (spec) => call(spec, parts),
    step: (spec) => step(spec, parts),
    settled: (options = {}) =>
      until(
        'every entity to be terminal',
        async () => {
          const mine = await entities();
          const done = mine.filter(({ state }) => state in terminal).length;
          return options.count === undefined ? done === mine.length : done >= options.count;
        },
        options.deadlineMs ?? SETTLE_MS,
      ),
    landed: (options = {}) =>
      until(
        'every fault to hit something',
        async () => kind === 'control' || (await hits?.())?.every((count) => count > 0) !== false,
        options.deadlineMs ?? LAND_MS,
      ),
    async seen() {
      await feed.sync();
      return [...feed.ofCase(caseId), ...feed.sharedSince(startedAt)];
    },
  };
}

async function call(spec: CallSpec, { lab, feed, caseId, random, signal }: WorkloadParts): Promise<Reply> {
  const traceparent = newTraceparent(caseId, random);
  const trace = traceOf(traceparent);
  const at = systemClock.now();
  const reply = await send(spec, doorOf(lab, spec.door), traceparent, signal);
  const endAt = systemClock.now();
  const ok = spec.okStatuses ? spec.okStatuses.includes(reply.status) : reply.status >= 200 && reply.status < 300;
  const entity = ok ? spec.entityOf?.(reply.body) : undefined;
  const record: OperationRecord = {
    type: 'operation',
    at,
    case: caseId,
    name: spec.name ?? `${spec.method} ${spec.path}`,
    endAt,
    outcome: ok ? 'ok' : 'error',
    status: reply.status,
    ...(entity === undefined ? {} : { entity }),
    ...(spec.key === undefined ? {} : { key: spec.key }),
    ...(trace === undefined ? {} : { trace }),
    ...(spec.user === undefined ? {} : { user: spec.user }),
    detail: { door: spec.door, ...detailOf(reply), ...(ok ? spec.saw?.(reply.body, reply.headers) : {}) },
  };
  feed.add(record);
  return { ...reply, ok, durationMs: endAt - at, ...(entity === undefined ? {} : { entity }) };
}

async function step({ name, user, entity, work }: StepSpec, { feed, caseId, random, signal }: WorkloadParts) {
  const traceparent = newTraceparent(caseId, random);
  const trace = traceOf(traceparent);
  const at = systemClock.now();
  const done: { detail?: Detail; error?: string } = await work(traceparent).then(
    (detail) => ({ detail }),
    (cause: unknown) => ({ error: messageOf(cause) }),
  );
  signal.throwIfAborted();
  feed.add({
    ...{ type: 'operation', at, case: caseId, name, endAt: systemClock.now() },
    outcome: done.detail ? 'ok' : 'error',
    ...(entity === undefined ? {} : { entity }),
    ...(trace === undefined ? {} : { trace }),
    ...(user === undefined ? {} : { user }),
    detail: done.detail ?? { error: done.error ?? '' },
  });
  return done.detail !== undefined;
}

/** What the history keeps of an answer; of one that says no, its shape as well. */
function detailOf({ error, headers, status, body }: RawReply): Record<string, string> {
  const text = (name: string, value: string | undefined) => (value ? { [name]: value } : {});
  const refusal = status < 400 ? {} : { ...text('contentType', headers['content-type']), body: beginningOf(body) };
  return {
    ...text('error', error),
    ...text('retryAfter', headers['retry-after']),
    ...text('correlation', headers['x-correlation-id']),
    ...refusal,
  };
}

function beginningOf(body: unknown): string {
  return (typeof body === 'string' ? body : (JSON.stringify(body) ?? '')).slice(0, MOST_BODY);
}

type RawReply = Pick<Reply, 'status' | 'body' | 'headers' | 'error'>;

async function send(
  spec: CallSpec,
  { origin, dispatcher }: Door,
  traceparent: string,
  signal: AbortSignal,
): Promise<RawReply> {
  const timeoutMs = spec.timeoutMs ?? CALL_TIMEOUT_MS;
  try {
    const response = await request(`${origin}${spec.path}`, {
      method: spec.method,
      dispatcher,
      headers: {
        traceparent,
        ...(spec.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...spec.headers,
      },
      body: spec.body === undefined ? null : JSON.stringify(spec.body),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal,
    });
    const text = await response.body.text();
    const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
    return { status: response.statusCode, headers, body: parsed(text) };
  } catch (cause) {
    signal.throwIfAborted();
    return { status: 0, headers: {}, body: undefined, error: messageOf(cause) };
  }
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
