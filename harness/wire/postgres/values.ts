/** The values a statement is bound to, as far as they tell whose case it is: a traceparent, or an id that is known to belong to one. */
import { caseOfTrace, traceOf } from '../../core/index.ts';
import type { Links } from '../links.ts';
import type { Unit } from './unit.ts';

const TRACEPARENT_BYTES = 55;
const UUID_TEXT_BYTES = 36;
const UUID_BYTES = 16;
/** The first dash of a uuid in text. */
const UUID_DASH_AT = 8;
const DASH = 45;
const BRACE = 123;
const QUOTE = 34;

/** `at`: where the formats of the values begin in the body of the Bind. */
export function linkByValues(links: Links, unit: Unit, operation: string, body: Buffer, at: number): void {
  const values = readValues(links, body, at, links.places(operation));
  if (values === undefined) return;
  const { trace, ids, marked } = values;
  const before = unit.case;
  if (trace !== undefined) {
    unit.case = caseOfTrace(trace);
    unit.trace ??= trace;
    for (const id of marked) links.learn(id, unit.case);
    unit.key ??= marked[0] ?? ids[0];
  } else {
    unit.case = undefined;
    links.find(unit, ids);
  }
  if (before === undefined) return;
  // Several statements in one exchange: those of two cases name none.
  if (unit.case === undefined) unit.case = before;
  else if (unit.case !== before) {
    unit.case = undefined;
    unit.mixed = true;
  }
}

interface Values {
  trace: string | undefined;
  /** As long as a known id. */
  readonly ids: string[];
  /** Those that the topology says are ids. */
  readonly marked: string[];
}

/** Undefined when the body is not what the protocol says, or was cut off. */
function readValues(links: Links, body: Buffer, formatsAt: number, places: readonly string[]): Values | undefined {
  if (formatsAt + 2 > body.length) return undefined;
  const formats = body.readUInt16BE(formatsAt);
  const countAt = formatsAt + 2 + formats * 2;
  if (countAt + 2 > body.length) return undefined;
  const count = body.readUInt16BE(countAt);
  const values: Values = { trace: undefined, ids: [], marked: [] };
  let at = countAt + 2;
  for (let index = 0; index < count; index++) {
    if (at + 4 > body.length) return undefined;
    const length = body.readInt32BE(at);
    at += 4;
    if (length < 0) continue;
    if (at + length > body.length) return undefined;
    if (length === TRACEPARENT_BYTES && body[at + 2] === DASH && values.trace === undefined) {
      values.trace = traceOf(body.toString('latin1', at, at + length));
    } else if (places.length > 0 && places.includes(`value.${index + 1}`)) {
      const id = textOf(body, at, length);
      values.marked.push(id);
      values.ids.push(id);
    } else if (links.lengths.has(length)) values.ids.push(body.toString('latin1', at, at + length));
    else if (length === UUID_BYTES && links.lengths.has(UUID_TEXT_BYTES)) values.ids.push(uuidAt(body, at));
    else if (body[at] === BRACE && links.lengths.has(UUID_TEXT_BYTES)) values.ids.push(...uuidsAt(body, at, length));
    at += length;
  }
  return values;
}

function textOf(body: Buffer, at: number, length: number): string {
  return length === UUID_BYTES ? uuidAt(body, at) : body.toString('latin1', at, at + length);
}

/** Those of an array of uuids in its text form, with quotes around each (as pg writes it) or without; none of any other text. */
function uuidsAt(body: Buffer, at: number, length: number): string[] {
  const quotes = body[at + 1] === QUOTE ? 1 : 0;
  const width = UUID_TEXT_BYTES + 2 * quotes + 1;
  const count = (length - 1) / width;
  if (!Number.isInteger(count) || body[at + 1 + quotes + UUID_DASH_AT] !== DASH) return [];
  return Array.from({ length: count }, (_, index) => {
    const from = at + 1 + quotes + index * width;
    return body.toString('latin1', from, from + UUID_TEXT_BYTES);
  });
}

/** A uuid in binary, as some drivers send it. */
function uuidAt(body: Buffer, at: number): string {
  const hex = body.toString('hex', at, at + UUID_BYTES);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
