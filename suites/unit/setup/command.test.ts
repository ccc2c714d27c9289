/** Programs that set-up runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { waitFor } from '../../../harness/core/index.ts';
import { mustRun, runCommand, startCommand } from '../../../harness/setup/command.ts';
import { findOnPath } from '../../../harness/setup/probe.ts';
import { isRunning, runNode, script, tempFolder } from './temp.ts';

const COMMAND = fileURLToPath(new URL('../../../harness/setup/command.ts', import.meta.url));

const goneWithin = (pid: number) =>
  waitFor(() => (isRunning(pid) ? undefined : true), { what: `process ${pid} to end`, deadlineMs: 5_000 });

test('a program is found on PATH only where it can be executed', () => {
  const folder = tempFolder();
  const tool = script(join(folder, 'b'), 'tool', 'exit 0');
  expect(findOnPath('tool', `${join(folder, 'a')}:${join(folder, 'b')}`)).toBe(tool);
  expect(findOnPath('tool', join(folder, 'a'))).toBeUndefined();
});

test('what a program wrote and how it ended is given back', async () => {
  const tool = script(tempFolder(), 'tool', 'echo out; echo err >&2; exit 4');
  expect(await runCommand(tool, [])).toEqual({ code: 4, stdout: 'out\n', stderr: 'err\n' });
});

test('a program that fails is one error with the end of what it said', async () => {
  const tool = script(tempFolder(), 'tool', 'echo "no route to the registry" >&2; exit 1');
  await expect(mustRun('fetching', tool, [], { hint: 'try again.' })).rejects.toMatchObject({
    code: 'tool-broken',
    message: `fetching failed: ${tool} ended with 1\nno route to the registry`,
    hint: 'try again.',
  });
});

test('a program that does not end in time is ended with all it started', async () => {
  const folder = tempFolder();
  const pidFile = join(folder, 'pid');
  const tool = script(folder, 'tool', `sleep 60 & echo $! > ${pidFile}; echo waiting; wait`);
  await expect(runCommand(tool, [], { timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'tool-broken' });
  await goneWithin(Number(readFileSync(pidFile, 'utf8')));
});

test('what a program leaves running ends with it', async () => {
  const folder = tempFolder();
  const pidFile = join(folder, 'pid');
  const tool = script(folder, 'tool', `sleep 60 & echo $! > ${pidFile}`);
  expect((await runCommand(tool, [])).code).toBe(0);
  await goneWithin(Number(readFileSync(pidFile, 'utf8')));
});

test('an abort ends the program', async () => {
  const folder = tempFolder();
  const pidFile = join(folder, 'pid');
  const tool = script(folder, 'tool', `echo $$ > ${pidFile}; exec sleep 60`);
  const abort = new AbortController();
  const running = runCommand(tool, [], { signal: abort.signal });
  const pid = await waitFor(() => readPid(pidFile), { what: 'the program to start', deadlineMs: 5_000 });
  abort.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  await goneWithin(pid);
});

test('stopping asks first and then insists', async () => {
  const folder = tempFolder();
  const polite = startCommand(script(folder, 'polite', 'trap "exit 7" TERM; echo up; sleep 60 & wait'), []);
  const stubborn = startCommand(script(folder, 'stubborn', 'trap "" TERM; echo up; sleep 60'), []);
  for (const { tail } of [polite, stubborn]) {
    await waitFor(() => (tail() === 'up' ? true : undefined), { what: 'it to be up', deadlineMs: 5_000 });
  }
  expect(await polite.stop(5_000)).toBe(7);
  expect(await stubborn.stop(200)).toBe(137);
});

test('a program does not outlive a starter that is killed', async () => {
  const folder = tempFolder();
  const pidFile = join(folder, 'pid');
  const tool = script(folder, 'tool', `echo $$ > ${pidFile}; exec sleep 60`);
  const program = `
    import { runCommand } from ${JSON.stringify(COMMAND)};
    await runCommand(${JSON.stringify(tool)}, []);`;
  const starter = runNode(['--input-type=module', '-e', program]);
  const pid = await waitFor(() => readPid(pidFile), { what: 'the program to start', deadlineMs: 5_000 });
  process.kill(starter.pid, 'SIGKILL');
  await goneWithin(pid);
});

function readPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}
