/** Whatever ends first, the harness or the warden, and however: no process, folder, journal or port is left. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type LabDescriptor, waitFor } from '../../../harness/core/index.ts';
import {
  attachLab,
  descriptorFile,
  readDescriptor,
  sweepDeadLabs,
  takeDownLab,
} from '../../../harness/runtime/index.ts';
import { isAlive } from '../../../harness/runtime/process-table.ts';
import { bootTiny, childrenOf, expectGone, ownFolder, sell, tools, traces } from './lab-in-test.ts';

/** A harness in a process of its own, with a lab of the tiny topology that is up. */
async function harnessWithLab(...flags: string[]): Promise<{ harness: ChildProcess; descriptor: LabDescriptor }> {
  const folder = ownFolder();
  const { node } = await tools();
  const harness = spawn(node, [join(import.meta.dirname, 'harness-in-test.ts'), folder, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void harness.kill('SIGKILL'));
  await once(harness.stdout ?? harness, 'data');
  return { harness, descriptor: await readDescriptor(descriptorFile(folder)) };
}

/** The pid of the warden, as its lab's journal has it. */
function wardenOf({ run }: LabDescriptor): number {
  const journal = traces(run).find((trace) => trace.endsWith('.journal'));
  const line = readFileSync(journal ?? '', 'utf8')
    .split('\n')
    .find((text) => text.includes('"warden"'));
  return JSON.parse(line ?? '{}').pid;
}

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('a harness ended by %s takes its lab with it', async (signal) => {
  const { harness, descriptor } = await harnessWithLab();
  expect(childrenOf(descriptor.run)).toHaveLength(4);
  harness.kill(signal);
  await once(harness, 'exit');
  await expectGone(descriptor);
});

test('a harness that just comes to its end takes its lab with it', async () => {
  const { harness, descriptor } = await harnessWithLab('--leave');
  if (harness.exitCode === null) await once(harness, 'exit');
  await expectGone(descriptor);
});

test('a detached lab outlives its harness, and is ended by whoever attaches', async () => {
  const { harness, descriptor } = await harnessWithLab('--detached', '--leave');
  if (harness.exitCode === null) await once(harness, 'exit');
  const lab = attachLab(descriptor);
  expect(await sell(lab, 'detached')).toBe(201);
  await takeDownLab(lab);
  await expectGone(descriptor);
});

test('paused parts end as well', async () => {
  const { harness, descriptor } = await harnessWithLab();
  const lab = attachLab(descriptor);
  await lab.parts.pause('book');
  await lab.parts.pause('wire');
  harness.kill('SIGKILL');
  await expectGone(descriptor);
});

test('what a dead warden left is swept by the next start', async () => {
  const { descriptor } = await harnessWithLab();
  const warden = wardenOf(descriptor);
  process.kill(warden, 'SIGKILL');
  await waitFor(() => (isAlive(warden) ? undefined : true), { what: 'the warden to die', deadlineMs: 2_000 });
  expect(childrenOf(descriptor.run)).not.toHaveLength(0);
  expect(await sweepDeadLabs()).toContain(descriptor.run);
  await expectGone(descriptor);
});

test('a lab whose warden is dead can still be taken down, and says that it is lost', async () => {
  const { descriptor } = await harnessWithLab();
  process.kill(wardenOf(descriptor), 'SIGKILL');
  const lab = attachLab(descriptor);
  await expect(lab.parts.list()).rejects.toMatchObject({ code: 'lab-lost' });
  await takeDownLab(lab);
  await expectGone(descriptor);
});

test('labs that live are not swept', async () => {
  const lab = await bootTiny();
  expect(await sweepDeadLabs()).not.toContain(lab.descriptor.run);
  expect(await sell(lab, 'still-there')).toBe(201);
});
