/** The JSON Schema of histories is the committed one, and agrees with the reader on what a line is. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { historyJsonSchema } from '../../../harness/history/index.ts';
import {
  problemOfEnd,
  problemOfFinalState,
  problemOfHeader,
  problemOfRecord,
} from '../../../harness/history/validate.ts';
import { HISTORIES } from '../checks/load-case.ts';
import { harmed, harms } from './hostile-values.ts';

const schema = z.fromJSONSchema(JSON.parse(historyJsonSchema()));
const agrees = (line: unknown) => schema.safeParse(line).success;

test('it is the one that is committed', async () => {
  const committed = await readFile(join(import.meta.dirname, '../../../reports/history.schema.json'), 'utf8');
  expect(committed, 'write it again: node fixtures/sample-run/write.ts').toBe(historyJsonSchema());
});

async function linesOf(name: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(HISTORIES, `${name}.ndjson`), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('every line of a history is one of the schema', async () => {
  for (const name of ['nothing-lost-ok', 'breaker-conformance-bad', 'unaffected-ok', 'durable-produce-ok'])
    for (const line of await linesOf(name)) expect(agrees(line), JSON.stringify(line)).toBe(true);
});

/** A line that is nested deeper may be refused for that alone. */
const DEEPEST = 8;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

/** What the reader says of a line, wherever it stands. */
function isLine(line: Record<string, unknown>): boolean {
  if ('schema' in line && line.type === undefined) return problemOfHeader(line) === undefined && line.schema === 1;
  if (line.type === 'end') return problemOfEnd(line) === undefined;
  if (line.type === 'final-state') return problemOfFinalState(line as never) === undefined;
  return problemOfRecord(line) === undefined;
}

test('what the reader refuses the schema refuses, and what it takes the schema takes', async () => {
  const lines = [...(await linesOf('nothing-lost-ok')), ...(await linesOf('breaker-conformance-ok'))];
  fc.assert(
    fc.property(fc.constantFrom(...lines), harms, (line, list) => {
      const changed = harmed(line, list) as Record<string, unknown>;
      const text = JSON.stringify(changed);
      const json = JSON.parse(text) as Record<string, unknown>;
      // Depth is the one thing that JSON Schema cannot say.
      if (isDeeper(json, DEEPEST)) return;
      expect(isLine(json), text.slice(0, 300)).toBe(agrees(json));
    }),
    { numRuns: 3_000 },
  );
});
