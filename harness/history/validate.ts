/** Is a line of a history what it says it is? Quick, because there are a hundred thousand of them: what is wrong with one, or undefined. */
import type { FinalState } from '../core/index.ts';
import type { EndLine, FinalStateLine, HistoryHeader } from './format.ts';
import { isMap, type Member } from './members.ts';
import { COMMON, END, HEADER, RECORDS, ROWS, type Shape } from './shapes.ts';

type Members = Readonly<Record<string, unknown>>;
type Listed = readonly (readonly [name: string, member: Member])[];

/** What we do not know may be there, but not so deep that whoever walks through it falls. */
const DEEPEST = 8;

const list = (shape: Shape): Listed => Object.entries(shape);
const LISTED = {
  records: new Map(Object.entries(RECORDS).map(([type, shape]) => [type, list({ ...COMMON, ...shape })])),
  header: list(HEADER),
  end: list(END),
  rows: { entities: list(ROWS.entities), entries: list(ROWS.entries), pending: list(ROWS.pending) },
} as const;

export function problemOfHeader(header: Partial<HistoryHeader>): string | undefined {
  return problemOfShape(header, LISTED.header);
}

export function problemOfEnd(line: Partial<EndLine>): string | undefined {
  return problemOfShape(line, LISTED.end);
}

/** What is wrong with one record line, or undefined. */
export function problemOfRecord(record: Members): string | undefined {
  const shape = typeof record.type === 'string' ? LISTED.records.get(record.type) : undefined;
  if (shape === undefined) return `has the unknown record type ${shown(record.type)}`;
  return problemOfShape(record, shape);
}

export function problemOfFinalState(line: FinalStateLine): string | undefined {
  for (const part of ['entities', 'entries', 'pending'] as const satisfies readonly (keyof FinalState)[]) {
    const rows: unknown = line[part] ?? [];
    if (!Array.isArray(rows)) return `has no list in "${part}"`;
    for (const row of rows) {
      const problem = isMap(row) ? problemOfShape(row, LISTED.rows[part]) : 'is no object';
      if (problem !== undefined) return `has a row in "${part}" that ${problem}`;
    }
  }
  return undefined;
}

function problemOfShape(value: object, members: Listed): string | undefined {
  for (const [name, { is }] of members) {
    const member = (value as Members)[name];
    if (!is(member)) return `has ${member === undefined ? 'no' : 'a wrong'} "${name}"`;
  }
  for (const name in value) {
    const member = (value as Members)[name];
    if (typeof member === 'object' && member !== null && isDeeper(member, DEEPEST)) return 'is nested too deeply';
  }
  return undefined;
}

function isDeeper(value: object, levels: number): boolean {
  if (levels === 0) return true;
  return Object.values(value).some(
    (member: unknown) => typeof member === 'object' && member !== null && isDeeper(member, levels - 1),
  );
}

function shown(type: unknown): string {
  return typeof type === 'string' ? JSON.stringify(type.slice(0, 60)) : String(typeof type);
}
