/** What belongs to the request or message being handled: trace, correlation id, deadline. It follows every await, and stands in every log line. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { nowMs } from './time.ts';

export interface Context {
  /** W3C `traceparent` of the span this process works in. */
  readonly traceparent: string;
  readonly correlationId: string;
  readonly userId?: string;
  /** Epoch ms at which whoever asked stops waiting. It is passed on, never begun anew. */
  readonly deadlineAt?: number;
}

/** Carries `deadlineAt` from service to service. */
export const DEADLINE_HEADER = 'x-deadline';

/** Nobody waits for the answer any more. */
export class DeadlinePassed extends Error {
  constructor() {
    super('the deadline of the request has passed');
    this.name = 'DeadlinePassed';
  }
}

/** Visible characters, and few: it is given back in a header and stands in every log line. */
const CORRELATION_ID = /^[\x21-\x7e]{1,100}$/;
const EPOCH_MS = /^\d{1,15}(\.\d{1,9})?$/;
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const storage = new AsyncLocalStorage<Context>();

/** The context of the work under way; undefined outside of any. */
export function currentContext(): Context | undefined {
  return storage.getStore();
}

/** Runs `work` in `context`. */
export function inContext<T>(context: Context, work: () => T): T {
  return storage.run(context, work);
}

/** The context of an incoming request or message: same trace and correlation id as the sender's, a fresh one of each where none came. */
export function receivedContext(
  traceparent: string | undefined,
  correlationId: string | undefined,
  deadline?: string,
): Context {
  const known = correlationId !== undefined && CORRELATION_ID.test(correlationId);
  const deadlineAt = EPOCH_MS.test(deadline ?? '') ? Number(deadline) : Number.NaN;
  return {
    traceparent: childSpan(traceparent),
    correlationId: known ? correlationId : randomUUID(),
    ...(Number.isFinite(deadlineAt) && { deadlineAt }),
  };
}

/** Time left for the work under way, in ms; undefined where there is no deadline. Throws `DeadlinePassed` when there is none left. */
export function timeLeftMs(context = currentContext()): number | undefined {
  if (context?.deadlineAt === undefined) return undefined;
  const leftMs = context.deadlineAt - nowMs();
  if (leftMs <= 0) throw new DeadlinePassed();
  return leftMs;
}

/** The headers that carry the context on to the next service. */
export function contextHeaders(context = currentContext()): Record<string, string> {
  const { traceparent, correlationId = randomUUID(), deadlineAt } = context ?? {};
  return {
    traceparent: childSpan(traceparent),
    'x-correlation-id': correlationId,
    ...(deadlineAt !== undefined && { [DEADLINE_HEADER]: String(deadlineAt) }),
  };
}

/** The trace id (32 hex digits) in a `traceparent`. */
export function traceIdOf(traceparent: string): string | undefined {
  return TRACEPARENT.exec(traceparent)?.[1];
}

/** The id (16 hex digits) of the span in a `traceparent`. */
export function spanIdOf(traceparent: string): string | undefined {
  return TRACEPARENT.exec(traceparent)?.[2];
}

/** A new span in the trace of `parent`; a new trace when there is no valid parent. */
export function childSpan(parent: string | undefined): string {
  const match = parent === undefined ? null : TRACEPARENT.exec(parent);
  const traceId = match?.[1] ?? randomDigits() + randomDigits();
  return `00-${traceId}-${randomDigits()}-${match?.[3] ?? '01'}`;
}

/** The digits of a random UUID that say nothing of its kind: Node draws the bits of many at a time, which a span or two in each call are worth. */
function randomDigits(): string {
  const uuid = randomUUID();
  return uuid.slice(0, 8) + uuid.slice(28);
}
