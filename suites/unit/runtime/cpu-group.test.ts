/** A real process in a control group of its own: held back, counted, let go; where such groups cannot be written the tests are skipped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../../../harness/core/index.ts';
import { canLimitCpu, limitCpuOf, removeCpuGroups } from '../../../harness/runtime/cpu-group.ts';

const RUN = `test${process.pid}`;
const about = { run: RUN, part: 'busy' };

/** A process that wants a whole processor, until the test ends. */
function busyProcess(): number {
  const child = spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await gone;
    removeCpuGroups(RUN);
  });
  return child.pid ?? 0;
}

const groupOf = (pid: number) => readFileSync(`/proc/${pid}/cgroup`, 'utf8');

test.runIf(canLimitCpu())('a process is held back, which is counted, and let go again', async () => {
  const pid = busyProcess();
  const before = groupOf(pid);
  const grip = limitCpuOf([pid], 0.05, about);
  const felt = await waitFor(
    async () => {
      const now = await grip.felt();
      return now.times > 2 ? now : undefined;
    },
    { what: 'the process to be held back', deadlineMs: 5_000 },
  );
  expect(felt.by).toContain('busy wanted more than 0.05 processors');
  expect(groupOf(pid)).toContain(`faultline-${RUN}-busy`);
  await grip.relieve();
  expect(groupOf(pid)).toBe(before);
  expect((await grip.felt()).times).toBeGreaterThan(2);
});

test.runIf(canLimitCpu())('a later life is held back as well, and one that has ended is no error', async () => {
  const [first, second] = [busyProcess(), busyProcess()];
  const grip = limitCpuOf([first], 0.05, about);
  process.kill(first, 'SIGKILL');
  grip.renew?.(second);
  expect(groupOf(second)).toContain(`faultline-${RUN}-busy`);
  await grip.relieve();
  expect(groupOf(second)).not.toContain('faultline-');
});
