/** Whoever ends first and however: no container and no network of the lab is left, at the latest after the next start. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type LabDescriptor, waitFor } from '../../harness/core/index.ts';
import { removeContainersOf, sweepByLabel } from '../../harness/runtime/containers/clean-up.ts';
import { engineAt, RUN_LABEL } from '../../harness/runtime/containers/engine.ts';
import { descriptorFile, readDescriptor, sweepDeadLabs } from '../../harness/runtime/index.ts';
import { journalFile } from '../../harness/runtime/labs-folder.ts';
import { isAlive, markedProcesses } from '../../harness/runtime/process-table.ts';
import { ensureTools } from '../../harness/setup/index.ts';
import { containers, withEngine } from './engine-in-test.ts';

async function harnessWithLab(): Promise<{ harness: ChildProcess; descriptor: LabDescriptor }> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-containers-'));
  const { node } = await ensureTools(['node'], () => {});
  const harness = spawn(node, [join(import.meta.dirname, 'harness-in-test.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    harness.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  await once(harness.stdout ?? harness, 'data');
  const descriptor = await readDescriptor(descriptorFile(folder));
  onTestFinished(() => removeContainersOf(containers().engine, descriptor.run));
  return { harness, descriptor };
}

/** Containers and networks of the lab that the engine knows. */
async function leftOf({ run }: LabDescriptor): Promise<number> {
  const engine = engineAt(containers().engine);
  const filter = `filters=${encodeURIComponent(JSON.stringify({ label: [`${RUN_LABEL}=${run}`] }))}`;
  const found = [
    await engine.call<unknown[]>('GET', `/containers/json?all=1&${filter}`),
    await engine.call<unknown[]>('GET', `/networks?${filter}`),
  ];
  return found.flat().length;
}

async function expectNothingLeft(descriptor: LabDescriptor): Promise<void> {
  await waitFor(async () => ((await leftOf(descriptor)) === 0 ? true : undefined), {
    what: 'the containers to go',
    deadlineMs: 30_000,
    everyMs: 100,
  });
}

async function killWarden({ run }: LabDescriptor): Promise<void> {
  const [warden] = markedProcesses(`FAULTLINE_WARDEN=${run}`, []);
  const pid = warden?.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await waitFor(() => (isAlive(pid) ? undefined : true), { what: 'the warden to die', deadlineMs: 2_000 });
}

withEngine('nothing is left', () => {
  test('a harness that is killed takes its containers and their network with it', async () => {
    const { harness, descriptor } = await harnessWithLab();
    expect(await leftOf(descriptor)).toBe(5);
    harness.kill('SIGKILL');
    await expectNothingLeft(descriptor);
  });

  test('what a killed warden left is swept by the next start', async () => {
    const { descriptor } = await harnessWithLab();
    await killWarden(descriptor);
    expect(await leftOf(descriptor)).toBe(5);
    expect(await sweepDeadLabs()).toContain(descriptor.run);
    expect(await leftOf(descriptor)).toBe(0);
  });

  test('and where its journal is lost as well, by the label', async () => {
    const { descriptor } = await harnessWithLab();
    const engine = engineAt(containers().engine);
    expect(await sweepByLabel(engine)).not.toContain(descriptor.run);
    await killWarden(descriptor);
    rmSync(journalFile(descriptor.run));
    expect(await sweepByLabel(engine)).toContain(descriptor.run);
    expect(await leftOf(descriptor)).toBe(0);
  });
});
