/** A run that is ended from outside, in whatever way: it writes what it has where it can, and leaves no process, folder or port. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, type TestContext, test, vi } from 'vitest';
import { type LabDescriptor, type RunFile, waitFor } from '../../../harness/core/index.ts';
import { descriptorFile, readDescriptor } from '../../../harness/runtime/index.ts';
import { listProcesses, markedProcesses } from '../../../harness/runtime/process-table.ts';
import { expectGone } from '../runtime/lab-in-test.ts';
import { onlyRun, type Running, runsFolder, startFaultline } from './faultline.ts';

vi.setConfig({ testTimeout: 60_000 });

interface MidRun {
  readonly run: Running;
  /** The process that `npx faultline` starts, and the harness it starts in turn. */
  readonly bin: number;
  readonly main: number;
  readonly folder: string;
  readonly descriptor: LabDescriptor;
  /** Nothing of it is left: neither the lab, nor the harness, nor the workers of vitest. */
  gone(): Promise<void>;
}

/** Far more repeats than there will be time for, and the first of them begun. */
async function midRun({ onTestFinished }: TestContext): Promise<MidRun> {
  const runs = runsFolder();
  onTestFinished(runs.remove);
  const run = startFaultline(['run', '--topology', 'tiny', '--repeat', '1000'], runs.folder);
  const bin = run.child.pid ?? 0;
  onTestFinished(() => void (run.child.exitCode === null && process.kill(-bin, 'SIGKILL')));
  await run.says("… the book's reply lost");
  const folder = onlyRun(runs.folder);
  await waitFor(() => (readdirSync(join(folder, 'experiments')).length > 0 ? true : undefined), {
    what: 'the first result',
    deadlineMs: 20_000,
  });
  const main = listProcesses().find(({ parent }) => parent === bin)?.pid ?? 0;
  const descriptor = await readDescriptor(descriptorFile(folder));
  const gone = async () => {
    await expectGone(descriptor);
    const mine = () => markedProcesses(`FAULTLINE_REPORTS=${runs.folder}`, []).map(({ pid }) => pid);
    await waitFor(() => (mine().length === 0 ? true : undefined), { what: 'all processes to end', deadlineMs: 10_000 });
    expect(existsSync(descriptorFile(folder))).toBe(false);
  };
  return { run, bin, main, folder, descriptor, gone };
}

function runFileOf(folder: string): RunFile {
  return JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunFile;
}

describe.concurrent('in mid-experiment', () => {
  test.for([
    { by: 'Ctrl-C at a terminal, which goes to every process of the command', group: true },
    { by: 'SIGINT to the command alone', group: false },
  ])('$by: what there is is written as interrupted, exit code 130', async ({ group }, context) => {
    const at = await midRun(context);
    process.kill(group ? -at.bin : at.bin, 'SIGINT');
    expect((await at.run.said).code).toBe(130);
    const { interrupted, exitCode, verdict, experiments } = runFileOf(at.folder);
    expect({ interrupted, exitCode, verdict }).toEqual({ interrupted: true, exitCode: 130, verdict: 'unknown' });
    expect(experiments).toHaveLength(1);
    expect(readdirSync(at.folder)).toContain('report.html');
    await at.gone();
  });

  test('Ctrl-C twice: it leaves at once, and the warden ends the lab', async (context) => {
    const at = await midRun(context);
    process.kill(-at.bin, 'SIGINT');
    await at.run.says('again to leave at once');
    process.kill(-at.bin, 'SIGINT');
    expect((await at.run.said).code).toBe(130);
    await at.gone();
    expect(runFileOf(at.folder).interrupted).toBe(true);
  });

  test('kill -9 of the harness: the run that is left says that it did not end', async (context) => {
    const at = await midRun(context);
    process.kill(at.main, 'SIGKILL');
    expect((await at.run.said).code).toBe(137);
    await at.gone();
    const { interrupted, verdict, experiments } = runFileOf(at.folder);
    expect({ interrupted, verdict, experiments }).toEqual({ interrupted: true, verdict: 'unknown', experiments: [] });
  });

  test('kill -9 of the command: the harness sees it and ends in good order', async (context) => {
    const at = await midRun(context);
    process.kill(at.bin, 'SIGKILL');
    await at.gone();
    expect(runFileOf(at.folder)).toMatchObject({ interrupted: true, exitCode: 130 });
    expect(readdirSync(at.folder)).toContain('report.html');
  });
});

test('Ctrl-C before anything is up: a page that says so, and `latest` is left alone', async ({ onTestFinished }) => {
  const runs = runsFolder();
  onTestFinished(runs.remove);
  const run = startFaultline(['run', '--topology', 'tiny'], runs.folder);
  await waitFor(() => (readdirSync(runs.folder).length > 0 ? true : undefined), {
    what: 'the folder of the run',
    deadlineMs: 20_000,
  });
  process.kill(-(run.child.pid ?? 0), 'SIGINT');
  const { code, stderr } = await run.said;
  expect({ code, stacks: /\n\s+at /.test(stderr) }).toEqual({ code: 130, stacks: false });
  expect(readdirSync(runs.folder)).not.toContain('latest');
  expect(runFileOf(onlyRun(runs.folder))).toMatchObject({ interrupted: true, experiments: [] });
});
