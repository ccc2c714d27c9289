/** Hand-written checks of history lines, quick because there are a hundred thousand of them: what is wrong with one, or undefined. */
import type { FinalState } from '../core/index.ts';
import type { EndLine, FinalStateLine, HistoryHeader } from './format.ts';

type Members = Readonly<Record<string, unknown>>;
type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === 'string';
const isNumber: Test = (value) => typeof value === 'number';
const isFlag: Test = (value) => typeof value === 'boolean';
const isMap: Test = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const oneOf =
  (...allowed: readonly string[]): Test =>
  (value) =>
    allowed.includes(value as string);
const maybe =
  (test: Test): Test =>
  (value) =>
    value === undefined || test(value);
const orNull =
  (test: Test): Test =>
  (value) =>
    value === null || test(value);

type Shape = readonly (readonly [name: string, test: Test])[];
const shape = (members: Readonly<Record<string, Test>>): Shape => Object.entries(members);

const RECORDS: Readonly<Record<string, Shape>> = {
  exchange: shape({
    edge: isText,
    protocol: isText,
    operation: isText,
    endAt: isNumber,
    outcome: oneOf('answered', 'gave-up', 'reset', 'refused', 'open'),
    status: maybe(isNumber),
    error: maybe(isText),
    key: maybe(isText),
    requestBytes: isNumber,
    responseBytes: isNumber,
    forwarded: isFlag,
    connection: isNumber,
    user: maybe(isText),
    grantedMs: maybe(isNumber),
  }),
  message: shape({
    edge: isText,
    action: oneOf('produced', 'delivered', 'committed'),
    topic: isText,
    partition: isNumber,
    offset: maybe(isNumber),
    key: maybe(isText),
    group: maybe(isText),
    headers: maybe(isMap),
  }),
  connection: shape({ edge: isText, connection: isNumber, event: oneOf('open', 'close', 'refused', 'reset') }),
  fault: shape({ id: isText, fault: isText, event: oneOf('injected', 'hit', 'healed'), target: isText }),
  operation: shape({
    name: isText,
    endAt: isNumber,
    outcome: oneOf('ok', 'error'),
    status: maybe(isNumber),
    entity: maybe(isText),
    key: maybe(isText),
    trace: maybe(isText),
    user: maybe(isText),
    detail: maybe(isMap),
  }),
  process: shape({
    part: isText,
    event: oneOf('started', 'ready', 'stopped', 'killed', 'exited', 'paused', 'resumed'),
  }),
  'service-event': shape({ service: isText, event: isText, detail: isMap }),
};

const HEADER = shape({ schema: isNumber, case: isText, run: isText, topology: isText, seed: isNumber });
const END = shape({ records: isNumber, rows: isNumber, sha256: isText });
const ROWS: Readonly<Record<keyof FinalState, Shape>> = {
  entities: shape({ entity: isText, trace: orNull(isText), state: isText, at: isNumber }),
  entries: shape({ entity: isText, kind: isText, key: isText, amount: isNumber, at: isNumber }),
  pending: shape({ entity: orNull(isText), what: isText, at: isNumber }),
};

export function problemOfHeader(header: Partial<HistoryHeader>): string | undefined {
  return problemOfShape(header, HEADER);
}

export function problemOfEnd(line: Partial<EndLine>): string | undefined {
  return problemOfShape(line, END);
}

/** What is wrong with one record line, or undefined. */
export function problemOfRecord(record: Members): string | undefined {
  const known = Object.hasOwn(RECORDS, String(record.type)) ? RECORDS[String(record.type)] : undefined;
  if (known === undefined) return `has the unknown record type ${JSON.stringify(record.type)}`;
  if (!Number.isFinite(record.at)) return 'has no time (at)';
  if (record.case !== undefined && typeof record.case !== 'string') return 'has a wrong "case"';
  return problemOfShape(record, known);
}

export function problemOfFinalState(line: FinalStateLine): string | undefined {
  for (const part of ['entities', 'entries', 'pending'] as const) {
    const rows: unknown = line[part] ?? [];
    if (!Array.isArray(rows)) return `has no list in "${part}"`;
    for (const row of rows) {
      const problem = isMap(row) ? problemOfShape(row, ROWS[part]) : 'is no object';
      if (problem !== undefined) return `has a row in "${part}" that ${problem}`;
    }
  }
  return undefined;
}

function problemOfShape(value: object, members: Shape): string | undefined {
  for (const [name, test] of members) {
    const member = (value as Members)[name];
    if (!test(member)) return `has ${member === undefined ? 'no' : 'a wrong'} "${name}"`;
  }
  return undefined;
}
