/** What belongs to the request or message being handled: trace, correlation id, user. It follows every await and stands in every log line. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes, randomUUID } from 'node:crypto';

export interface Context {
  /** W3C `traceparent` of the span this process works in. */
  readonly traceparent: string;
  readonly correlationId: string;
  readonly userId?: string;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;
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
export function receivedContext(traceparent: string | undefined, correlationId: string | undefined): Context {
  return { traceparent: childSpan(traceparent), correlationId: correlationId || randomUUID() };
}

/** The headers that carry the context on to the next service. */
export function contextHeaders(context = currentContext()): Record<string, string> {
  return { traceparent: childSpan(context?.traceparent), 'x-correlation-id': context?.correlationId ?? randomUUID() };
}

/** The trace id (32 hex digits) in a `traceparent`. */
export function traceIdOf(traceparent: string): string | undefined {
  return TRACEPARENT.exec(traceparent)?.[1];
}

/** A new span in the trace of `parent`; a new trace when there is no valid parent. */
export function childSpan(parent: string | undefined): string {
  const match = parent === undefined ? null : TRACEPARENT.exec(parent);
  const random = randomBytes(24).toString('hex');
  const traceId = match?.[1] ?? random.slice(16);
  return `00-${traceId}-${random.slice(0, 16)}-${match?.[2] ?? '01'}`;
}
