/** A file that is run on Node 24 as if it were the process that was started. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { waitFor } from '../../../harness/core/index.ts';
import { isRunning, runNode, tempFolder } from './temp.ts';

const EXEC = fileURLToPath(new URL('../../../harness/setup/exec.mjs', import.meta.url));
/** Says its pid, counts signals, and leaves with 42 a moment after the first. */
const COUNTING = `
  let count = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      process.stdout.write(\`\${signal} \${++count}\\n\`);
      setTimeout(() => process.exit(42), 200);
    });
  }
  setInterval(() => {}, 1000);
  process.stdout.write(\`pid \${process.pid}.\\n\`);`;

function run(source: string, ...args: string[]) {
  const file = join(tempFolder(), 'main.ts');
  writeFileSync(file, source);
  return runNode([EXEC, file, ...args]);
}

async function childOf(parent: ReturnType<typeof run>): Promise<number> {
  await parent.says('.\n');
  return Number(/pid (\d+)\./.exec(parent.output())?.[1]);
}

test('arguments go in and the exit code comes out', async () => {
  const told = run('process.stdout.write(process.argv.slice(2).join("+")); process.exitCode = 7;', 'a', '--b');
  expect(await told.exit).toEqual({ code: 7, signal: null });
  expect(told.output()).toBe('a+--b');
});

test.each(['--help', '-h'])('%s shows the head of the file, and runs nothing', async (asked) => {
  const source =
    '/**\n * `npm run it`: does it.\n *\n * Examples:\n *   npm run it -- now\n */\nprocess.exitCode = 7;\n/** More. */';
  const told = run(source, 'a', asked);
  expect(await told.exit).toEqual({ code: 0, signal: null });
  expect(told.output()).toBe('npm run it: does it.\n\nExamples:\n  npm run it -- now\n');
});

test('nothing of ours shows in the environment of the file', async () => {
  const told = run('process.stdout.write(String(process.env.FAULTLINE_PARENT_FD));');
  await told.exit;
  expect(told.output()).toBe('undefined');
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s reaches the file, and its end is waited for', async (signal) => {
  const parent = run(COUNTING);
  await childOf(parent);
  process.kill(parent.pid, signal);
  expect((await parent.exit).code).toBe(42);
  expect(parent.output()).toContain(`${signal} 1\n`);
});

test('Ctrl-C, which a terminal sends to both, counts once', async () => {
  const parent = run(COUNTING);
  const child = await childOf(parent);
  process.kill(child, 'SIGINT');
  process.kill(parent.pid, 'SIGINT');
  await parent.exit;
  expect(parent.output()).toContain('SIGINT 1\n');
  expect(parent.output()).not.toContain('SIGINT 2');
});

test('a file that listens to no signal is ended by one', async () => {
  const parent = run('setInterval(() => {}, 1000); process.stdout.write("pid " + process.pid + ".\\n");');
  await childOf(parent);
  process.kill(parent.pid, 'SIGINT');
  expect((await parent.exit).code).toBe(130);
});

test('a file that is killed is said so by the exit code', async () => {
  const parent = run('process.kill(process.pid, "SIGKILL");');
  expect((await parent.exit).code).toBe(137);
});

test('when the process that was started is killed, the file is told to end', async () => {
  const parent = run(COUNTING);
  const child = await childOf(parent);
  process.kill(parent.pid, 'SIGKILL');
  await waitFor(() => (isRunning(child) ? undefined : true), { what: 'the file to end', deadlineMs: 5_000 });
});
