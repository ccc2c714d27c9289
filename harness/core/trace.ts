/** W3C Trace Context ids (https://www.w3.org/TR/trace-context/): the first 8 bytes of a trace id name a case. */
import type { Random } from './random.ts';

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/;

/** A `traceparent` header of the case (16 hex digits) with a fresh trace id and span id. */
export function newTraceparent(caseId: string, random: Random): string {
  return `00-${caseId}${random.hex(16)}-${random.hex(16)}-01`;
}

/** The trace id in a `traceparent` header, or undefined where it has none. */
export function traceOf(traceparent: string | undefined): string | undefined {
  return traceparent === undefined ? undefined : TRACEPARENT.exec(traceparent)?.[1];
}

/** The case named by a trace id. */
export function caseOfTrace(trace: string): string {
  return trace.slice(0, 16);
}
