/** What services say about themselves: JSON log lines with an `event` member become history. */
import { caseOfTrace, type ServiceEventRecord, traceOf } from '../core/index.ts';

type Scalar = string | number | boolean | null;

/** Members of a log line that every logger adds and that say nothing about the event. */
const FURNITURE = new Set([
  'time',
  'event',
  'level',
  'pid',
  'hostname',
  'service',
  'name',
  'case',
  'trace',
  'traceparent',
]);
const MOST_MEMBERS = 24;
const MOST_TEXT = 300;

/**
 * The record of one line of a service's log, or undefined where the line is no event (no JSON, no `event`, no time).
 * `time` is epoch ms or an ISO 8601 text. Nested members are left out, long texts are cut.
 */
export function serviceEventOf(line: string, service: string): ServiceEventRecord | undefined {
  if (!line.startsWith('{') || !line.includes('"event"')) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  const members = parsed as Record<string, unknown>;
  const at = timeOf(members.time);
  if (typeof members.event !== 'string' || at === undefined) return undefined;
  const detail: Record<string, Scalar> = {};
  for (const [name, value] of Object.entries(members)
    .filter(([name]) => !FURNITURE.has(name))
    .slice(0, MOST_MEMBERS)) {
    if (typeof value === 'string') detail[name] = value.slice(0, MOST_TEXT);
    else if (value === null || typeof value === 'number' || typeof value === 'boolean') detail[name] = value;
  }
  const owner = caseOf(members);
  return { type: 'service-event', at, ...(owner && { case: owner }), service, event: members.event, detail };
}

/** The events in a service's log, whole or in part. */
export function serviceEventsOf(log: string, service: string): ServiceEventRecord[] {
  return log.split('\n').flatMap((line) => serviceEventOf(line, service) ?? []);
}

function timeOf(time: unknown): number | undefined {
  const at = typeof time === 'string' ? Date.parse(time) : time;
  return typeof at === 'number' && Number.isFinite(at) ? at : undefined;
}

function caseOf(members: Record<string, unknown>): string | undefined {
  const text = (name: string) => (typeof members[name] === 'string' ? (members[name] as string) : undefined);
  const trace = text('trace') ?? traceOf(text('traceparent'));
  return text('case') ?? (trace === undefined ? undefined : caseOfTrace(trace));
}
