/** One line of a service's log as a record, where the service says something about itself: a JSON object with `event` and `time`. */
import { systemClock } from '../../core/clock.ts';
import type { ServiceEventRecord } from '../../core/history.ts';
import { redactText } from '../../core/redact-text.ts';
import { caseOfTrace, traceOf } from '../../core/trace.ts';

/** Members of every log line, which say nothing about the event. */
const COMMON = ['time', 'event', 'level', 'pid', 'hostname', 'service', 'name', 'case', 'trace', 'traceparent'];
const MOST_TEXT = 300;

/** The name of the event that the warden makes of a line in which a credential or a card number stands; the line without it is its `line`. */
const SECRET_IN_LOG = 'secret-in-log';

export function serviceEventOf(line: string, service: string): ServiceEventRecord | undefined {
  return secretIn(line, service) ?? whatItSays(line, service);
}

function secretIn(line: string, service: string): ServiceEventRecord | undefined {
  const clean = redactText(line);
  if (clean === line) return undefined;
  const said = parse(line);
  const at = typeof said?.time === 'number' ? said.time : systemClock.now();
  return { type: 'service-event', at, service, event: SECRET_IN_LOG, detail: { line: clean.slice(0, MOST_TEXT) } };
}

function whatItSays(line: string, service: string): ServiceEventRecord | undefined {
  if (!line.startsWith('{') || !line.includes('"event"')) return undefined;
  const said = parse(line);
  const at = typeof said?.time === 'string' ? Date.parse(said.time) : said?.time;
  if (!said || typeof said.event !== 'string' || typeof at !== 'number' || Number.isNaN(at)) return undefined;
  const owner = caseOf(said);
  return {
    type: 'service-event',
    at,
    ...(owner && { case: owner }),
    service,
    event: said.event,
    detail: detailOf(said),
  };
}

function detailOf(said: Readonly<Record<string, unknown>>): ServiceEventRecord['detail'] {
  const detail: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries(said)) {
    if (COMMON.includes(name)) continue;
    if (typeof value === 'string') detail[name] = value.slice(0, MOST_TEXT);
    else if (value === null || typeof value === 'number' || typeof value === 'boolean') detail[name] = value;
  }
  return detail;
}

function caseOf(said: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof said.case === 'string') return said.case;
  const trace = typeof said.trace === 'string' ? said.trace : traceOf(textOf(said.traceparent));
  return trace === undefined ? undefined : caseOfTrace(trace);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
