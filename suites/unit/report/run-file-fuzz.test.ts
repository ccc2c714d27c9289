/** Damaged and hostile run.json files: refused in one sentence, or shown, gated and judged again without a crash. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSampleLoad } from '../../../fixtures/sample-run/load.ts';
import { judgeRunAgain } from '../../../harness/cli/check-run.ts';
import { HarnessError, type RunFile, worstOf } from '../../../harness/core/index.ts';
import { readHistory } from '../../../harness/history/index.ts';
import { readRun, writeReport } from '../../../harness/report/index.ts';
import { saveCase } from '../cli/saved-case.ts';
import { judge as judgeGate } from '../gate/judge-with.ts';
import { harmed, harms } from '../history/hostile-values.ts';

let folder = '';
let run: RunFile;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-fuzz-'));
  run = { ...(await saveCase(folder, 'run', 'exactly-once', 'bad')), load: makeSampleLoad() };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const place = () => join(folder, 'run');
/** The run as it was read, or undefined where it was refused in one sentence. */
async function read(text: string): Promise<RunFile | undefined> {
  const file = join(place(), 'run.json');
  await writeFile(file, text);
  try {
    return await readRun(file);
  } catch (thrown) {
    expectSentence(thrown);
    return undefined;
  }
}

function expectSentence(thrown: unknown): void {
  if (!(thrown instanceof HarnessError)) throw thrown;
  expect(thrown.message).not.toContain('\n');
  expect([64, 3]).toContain(thrown.exitCode);
}

/** Shows it, gates it, judges it again: what is thrown must be a sentence as well. */
async function use(found: RunFile): Promise<void> {
  const histories = (id: string) => readHistory(join(place(), 'history', `${id}.ndjson`));
  await writeReport({ run: found, histories }, join(folder, 'page')).catch(expectSentence);
  try {
    judgeGate(found);
  } catch (thrown) {
    expectSentence(thrown);
  }
  const { cases, unreadable } = await judgeRunAgain(found, place());
  for (const thrown of unreadable) expectSentence(thrown);
  // The history of the case shows a broken promise: whatever run.json says, its case is not kept by being judged again.
  const again = cases.find(
    ({ kind, verdicts }) => kind === 'case' && verdicts.some(({ check }) => check === 'exactly-once'),
  );
  if (again) expect(worstOf(again.verdicts.map(({ status }) => status))).not.toBe('pass');
}

test('a hostile member anywhere is refused, or does no harm', async () => {
  await fc.assert(
    fc.asyncProperty(harms, async (list) => {
      const found = await read(JSON.stringify(harmed(run, list)));
      if (found) await use(found);
    }),
    { numRuns: 250 },
  );
}, 120_000);

test('one that was cut or whose bytes were changed is refused, or does no harm', async () => {
  const text = JSON.stringify(run);
  const change = fc.record({ at: fc.nat(text.length - 1), with: fc.string({ minLength: 0, maxLength: 3 }) });
  await fc.assert(
    fc.asyncProperty(change, fc.boolean(), async ({ at, with: put }, cut) => {
      const found = await read(cut ? text.slice(0, at) : text.slice(0, at) + put + text.slice(at + 1));
      if (found) await use(found);
    }),
    { numRuns: 150 },
  );
}, 120_000);

test.each<[name: string, text: () => string, sentence: RegExp]>([
  [
    'deeper than any run',
    () => `{"schema":1,"x":${'['.repeat(100)}${']'.repeat(100)}}`,
    /nested deeper than 64 levels/,
  ],
  ['a million brackets', () => '['.repeat(1_000_000), /nested deeper than 64 levels/],
  ['an infinite number', () => JSON.stringify(run).replace(/"startedAt":\d+/, '"startedAt":1e999'), /startedAt/],
  ['a time that no calendar has', () => JSON.stringify({ ...run, startedAt: 1e300 }), /startedAt/],
])('%s is one sentence', async (_, text, sentence) => {
  const file = join(place(), 'run.json');
  await writeFile(file, text());
  const thrown: unknown = await readRun(file).catch((error: unknown) => error);
  expectSentence(thrown);
  expect(String(thrown)).toMatch(sentence);
  expect(await readFile(file, 'utf8')).toBe(text());
});
