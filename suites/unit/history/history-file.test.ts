/** A history written and read again; cut, edited and foreign files refused. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FinalState, HistoryRecord } from '../../../harness/core/index.ts';
import { EMPTY_STATE, openHistory, readHistory, writeHistory } from '../../../harness/history/index.ts';

const HEADER = { case: '0123456789abcdef', run: 'run-1', topology: 'shop-small', seed: 7 };
const operation = (at: number, more: object = {}): HistoryRecord => ({
  type: 'operation',
  at,
  endAt: at + 5,
  name: 'POST /api/v1/orders',
  outcome: 'ok',
  ...more,
});
const STATE: FinalState = {
  entities: [{ entity: 'order-1', trace: null, state: 'completed', at: 1 }],
  entries: Array.from({ length: 1_200 }, (_, at) => ({
    entity: 'order-1',
    kind: 'charged',
    key: `k${at}`,
    amount: 1,
    at,
  })),
  pending: [],
};

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-history-'));
  file = join(folder, 'history', 'case.ndjson');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes the lines back with a change; the end line stays as it is. */
async function edit(change: (lines: string[]) => string[]): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  await writeFile(file, change(lines).join('\n'));
}

describe('a history file', () => {
  test('gives back what was written, in time order', async () => {
    await writeHistory(file, HEADER, [operation(30), operation(10), operation(20)], STATE);
    const read = await readHistory(file);
    expect(read.header).toEqual({ schema: 1, ...HEADER });
    expect(read.records.map((record) => record.at)).toEqual([10, 20, 30]);
    expect(read.state).toEqual(STATE);
    expect(read.end).toMatchObject({ records: 3, rows: 1_201 });
  });

  test('may hold no record and an empty state', async () => {
    await writeHistory(file, HEADER, [], EMPTY_STATE);
    expect(await readHistory(file)).toMatchObject({ records: [], state: EMPTY_STATE });
  });

  test('appears under its name only when it is whole', async () => {
    const writer = await openHistory(file, HEADER);
    await writer.append([operation(1)]);
    expect(await readdir(join(folder, 'history'))).toEqual(['case.ndjson.partial']);
    await writer.discard();
    expect(await readdir(join(folder, 'history'))).toEqual([]);
  });

  test('takes a long history in batches and reads it back', async () => {
    const writer = await openHistory(file, HEADER);
    for (let batch = 0; batch < 20; batch++) {
      await writer.append(Array.from({ length: 500 }, (_, index) => operation(batch * 500 + index)));
    }
    await writer.finish(EMPTY_STATE);
    expect((await readHistory(file)).records).toHaveLength(10_000);
  });

  test('refuses records that go back in time', async () => {
    const writer = await openHistory(file, HEADER);
    await expect(writer.append([operation(2), operation(1)])).rejects.toMatchObject({ code: 'internal' });
    await writer.discard();
  });

  test('refuses a record that is longer than a line may be', async () => {
    const huge = operation(1, { detail: { text: 'x'.repeat(2_000_000) } });
    await expect(writeHistory(file, HEADER, [huge], EMPTY_STATE)).rejects.toMatchObject({ code: 'internal' });
    expect(await readdir(join(folder, 'history'))).toEqual([]);
  });
});

describe('a file that was tampered with is refused with file and line', () => {
  beforeEach(() => writeHistory(file, HEADER, [operation(10), operation(20), operation(30)], STATE));
  const refused = (code: string, text: RegExp) =>
    expect(readHistory(file)).rejects.toMatchObject({ code, message: expect.stringMatching(text) });

  test('cut in the middle of a line', async () => {
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, 170));
    await refused('bad-file', /line 2 of the history .*case\.ndjson .*cut/);
  });

  test('cut at the end of a line', async () => {
    await edit((lines) => [...lines.slice(0, 3), '']);
    await refused('bad-file', /line 3 .* no end line: the file was cut/);
  });

  test('a line taken out', async () => {
    await edit((lines) => lines.toSpliced(2, 1));
    await refused('bad-file', /says 3 records, but 2 stand before it/);
  });

  test('a value changed', async () => {
    await edit((lines) => lines.map((line) => line.replace('"outcome":"ok"', '"outcome":"error"')));
    await refused('bad-file', /another checksum/);
  });

  test('no JSON', async () => {
    await edit((lines) => lines.with(1, '{"type":'));
    await refused('bad-file', /line 2 .* is not JSON/);
  });

  test('a record of an unknown type', async () => {
    await edit((lines) => lines.with(1, '{"type":"rumour","at":10}'));
    await refused('bad-file', /line 2 .* unknown record type "rumour"/);
  });

  test('a record with a wrong member', async () => {
    await edit((lines) => lines.map((line) => line.replace('"endAt":15', '"endAt":"soon"')));
    await refused('bad-file', /line 2 .* a wrong "endAt"/);
  });

  test('something after the end', async () => {
    await edit((lines) => [...lines.slice(0, -1), lines[1] as string, '']);
    await refused('bad-file', /stands after the end line/);
  });

  test('records out of order', async () => {
    await edit((lines) => [lines[0], lines[2], lines[1], ...lines.slice(3)] as string[]);
    await refused('bad-file', /line 3 .* out of time order/);
  });

  test('another schema', async () => {
    await edit((lines) => lines.with(0, (lines[0] as string).replace('"schema":1', '"schema":99')));
    await refused('schema-version', /has schema 99; this faultline reads schema 1/);
  });

  test('an empty file, a missing file, a line without end', async () => {
    await writeFile(file, '');
    await refused('bad-file', /empty/);
    await writeFile(file, 'x'.repeat(1_500_000));
    await refused('bad-file', /longer than/);
    await rm(file);
    await refused('bad-file', /cannot be read/);
  });
});
