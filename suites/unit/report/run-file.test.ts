/** run.json is written whole, and what is wrong with one that is read is said in one sentence. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSampleRun } from '../../../fixtures/sample-run/run.ts';
import { HarnessError } from '../../../harness/core/index.ts';
import { readRun, writeReport, writeRun } from '../../../harness/report/index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-report-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const { run, histories } = makeSampleRun({ orders: 1 });

async function trouble(text: string): Promise<HarnessError> {
  const file = join(folder, 'broken.json');
  await writeFile(file, text);
  const thrown = await readRun(file).catch((error: unknown) => error);
  if (!(thrown instanceof HarnessError)) throw new Error(`wanted a HarnessError, got ${String(thrown)}`);
  expect(thrown.message).not.toContain('\n');
  expect(thrown.exitCode).toBe(64);
  return thrown;
}

/** The run with one member changed by its path. */
function edited(path: string, value: unknown): string {
  const copy = JSON.parse(JSON.stringify(run));
  const names = path.split('.');
  const last = names.pop() ?? '';
  const parent = names.reduce((part, name) => part[name], copy);
  parent[last] = value;
  return JSON.stringify(copy);
}

describe('a run file', () => {
  test('is read as it was written, with members that a newer version added', async () => {
    const file = join(folder, 'run.json');
    const more = { ...run, added: { later: 1 } };
    await writeRun(more, file);
    expect(await readRun(file)).toEqual(JSON.parse(JSON.stringify(more)));
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('that is missing is a bad file', async () => {
    await expect(readRun(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'bad-file' });
  });

  test('that is cut anywhere is a bad file and said to be cut', async () => {
    const whole = JSON.stringify(run);
    for (const share of [0, 0.1, 0.5, 0.9]) {
      const error = await trouble(whole.slice(0, Math.floor(whole.length * share)).replace(/\}$/, ''));
      expect(error.code).toBe('bad-file');
      expect(error.message).toContain('cut');
    }
  });

  test('with a member of a wrong type is a bad file, and the member is named', async () => {
    for (const [path, value] of [
      ['seed', 'seven'],
      ['verdict', 'green'],
      ['experiments.0.case.faults.0.hits', -1],
      ['experiments.1.control.id', '../../etc'],
      ['experiments.0.case.history', '../../../etc/passwd'],
      ['experiments.0.case.history', '/etc/passwd'],
      ['topology.edges.0.caller', { constructor: null }],
      ['contracts.pairs', {}],
      ['startedAt', 1e300],
      ['problems', null],
    ] as const) {
      const error = await trouble(edited(path, value));
      expect(error.code).toBe('bad-file');
      expect(error.message).toContain(path);
    }
  });

  test('of another kind is a bad file', async () => {
    for (const text of ['[]', '"run"', 'null', '{}', '{"schema":"one"}'])
      expect((await trouble(text)).code).toBe('bad-file');
    expect((await trouble('{"schema":1}')).message).toContain('not a run');
  });

  test('of another schema version is told from a bad file', async () => {
    const error = await trouble(edited('schema', 2));
    expect(error.code).toBe('schema-version');
    expect(error.message).toContain('version 2');
    expect(error.hint).toContain('newer');
  });
});

describe('a report', () => {
  test('is four files, and shows what it has when a history cannot be read', async () => {
    const place = join(folder, 'report');
    const broken = run.experiments[0]?.case?.id;
    const history = async (id: string) => {
      const found = histories.get(id);
      if (id === broken || found === undefined)
        throw new HarnessError({ code: 'bad-file', message: 'the history is cut' });
      return found;
    };
    const files = await writeReport({ run, histories: history }, place);
    expect((await readdir(place)).sort()).toEqual(['junit.xml', 'report.html', 'run.json', 'summary.md']);
    expect(await readFile(files.html, 'utf8')).toContain('could not be read: the history is cut');
    expect(await readRun(files.run)).toEqual(JSON.parse(JSON.stringify(run)));
  });

  test('into a place that cannot be written says so', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    const wanted = writeReport(
      { run, histories: async () => ({ records: [], state: { entities: [], entries: [], pending: [] } }) },
      file,
    );
    await expect(wanted).rejects.toMatchObject({ code: 'bad-file' });
  });
});
