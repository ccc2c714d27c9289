/** Damaged, truncated and hostile histories: one clear error or the very same content, never a crash, never a pass. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evidenceOf, RECIPES } from '../../../fixtures/histories/recipes.ts';
import { CASE } from '../../../fixtures/histories/story.ts';
import { HISTORY_TOPOLOGY } from '../../../fixtures/histories/topology.ts';
import { judge } from '../../../harness/checks/index.ts';
import { HarnessError, LIMITS } from '../../../harness/core/index.ts';
import { type HistoryFile, readHistory } from '../../../harness/history/index.ts';
import { HISTORIES } from '../checks/load-case.ts';
import { harmed, harms } from './hostile-values.ts';

let folder = '';
let file = '';
let original: Buffer;
let whole: HistoryFile;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-fuzz-'));
  file = join(folder, 'case.ndjson');
  original = await readFile(join(HISTORIES, 'nothing-lost-ok.ndjson'));
  whole = await readHistory(join(HISTORIES, 'nothing-lost-ok.ndjson'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Reads it; what is thrown must be one sentence that names the file. */
async function read(bytes: Buffer | string): Promise<HistoryFile | undefined> {
  await writeFile(file, bytes);
  try {
    return await readHistory(file);
  } catch (thrown) {
    if (!(thrown instanceof HarnessError)) throw thrown;
    expect(['bad-file', 'schema-version']).toContain(thrown.code);
    expect(thrown.message).toContain(file);
    expect(thrown.message).not.toContain('\n');
    expect(thrown.message.length).toBeLessThan(400);
    return undefined;
  }
}

/** Lines with a checksum and counts that fit them: what somebody writes who knows the format. */
function sealed(lines: readonly unknown[]): string {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const values = lines as readonly Record<string, unknown>[];
  const isState = (line: Record<string, unknown> | null) => line?.type === 'final-state';
  const rows = values
    .filter(isState)
    .flatMap((line) => [line.entities, line.entries, line.pending])
    .reduce((sum: number, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
  const records = values.length - 1 - values.filter(isState).length;
  const sha256 = createHash('sha256').update(text).digest('hex');
  return `${text}${JSON.stringify({ type: 'end', records, rows, sha256 })}\n`;
}

const linesOf = () =>
  original
    .toString()
    .trimEnd()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

test('one that was cut anywhere is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(original.length - 1), async (length) => {
      expect(await read(original.subarray(0, length))).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

test('one with bytes that were changed, put in or taken out is refused, or says the very same', async () => {
  const change = fc.record({
    at: fc.nat(original.length - 1),
    byte: fc.nat(255),
    how: fc.constantFrom('set', 'in', 'out'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const bytes = [...original];
      for (const { at, byte, how } of changes) {
        if (how === 'set') bytes[at] = byte;
        else bytes.splice(at, how === 'out' ? 1 : 0, ...(how === 'in' ? [byte] : []));
      }
      const found = await read(Buffer.from(bytes));
      if (found) expect(found).toMatchObject({ header: whole.header, records: whole.records, state: whole.state });
    }),
    { numRuns: 300 },
  );
});

test('lines that stand twice, are missing, or change places are refused', async () => {
  const lines = original.toString().split('\n');
  const place = fc.nat(lines.length - 2);
  await fc.assert(
    fc.asyncProperty(place, place, fc.constantFrom('twice', 'gone', 'swapped'), async (a, b, how) => {
      const changed = [...lines];
      if (how === 'twice') changed.splice(a, 0, lines[a] ?? '');
      else if (how === 'gone') changed.splice(a, 1);
      else [changed[a], changed[b]] = [lines[b] ?? '', lines[a] ?? ''];
      if (changed.join('\n') === lines.join('\n')) return;
      expect(await read(changed.join('\n'))).toBeUndefined();
    }),
    { numRuns: 100 },
  );
});

test('hostile members under a right checksum are refused, or judged without a crash of reader or judge', async () => {
  const specs = Object.values(RECIPES).map(({ spec }) => spec);
  await fc.assert(
    fc.asyncProperty(harms, async (list) => {
      const found = await read(sealed(harmed(linesOf(), list)));
      if (found === undefined) return;
      const { records: history, state } = found;
      const faults = evidenceOf(history);
      const verdicts = await judge(specs, {
        topology: HISTORY_TOPOLOGY,
        caseId: CASE,
        history,
        state,
        faults,
        quietAfterMs: 0,
      });
      const crashed = verdicts.filter(({ reason }) => reason === 'check-crashed');
      expect(crashed.map(({ summary }) => summary)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test.each<[name: string, text: () => string, sentence: RegExp]>([
  ['an infinite number', () => sealed(linesOf()).replace(/"at":\d+(\.\d+)?/, '"at":1e999'), /has a wrong "at"/],
  ['brackets a million deep', () => `${'['.repeat(1_000_000)}\n`, /is not JSON/],
  ['objects without end', () => `${'{"a":'.repeat(150_000)}\n`, /is not JSON/],
  ['a line without end', () => 'x'.repeat(LIMITS.historyLineBytes + 10), /is longer than/],
  ['something else', () => '\u007fELF\u0000\u0000\n', /is not JSON/],
  ['nothing', () => '', /the file is empty/],
  ['a list', () => '[]\n', /is no JSON object/],
])('%s is one sentence', async (_, text, sentence) => {
  await writeFile(file, text());
  await expect(readHistory(file)).rejects.toThrow(sentence);
});

test('more records than any case has are refused while they are read', async () => {
  await writeFile(file, original);
  await expect(readHistory(file, 3)).rejects.toThrow(/holds more than 3 records or rows/);
});
