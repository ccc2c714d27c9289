/** Runs a file on Node 24 as if it were this process: same terminal, signals passed on once, same end. Plain JavaScript. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const FOLLOW = new URL('./follow-parent.mjs', import.meta.url).href;
const LINK_FD = 3;

/**
 * Resolves with the exit code. The child is tied to us by a pipe: names of signals go down it, and its closing tells the child
 * that we are gone (kill -9 included). Signals go by the pipe so that Ctrl-C, which a terminal sends to both of us, counts once.
 */
export function runOnNode(bootstrapped, file, args) {
  const flags = ['--disable-warning=TimeoutNegativeWarning', '--import', FOLLOW];
  const child = spawn(bootstrapped.node, [...flags, file, ...args], {
    env: { ...bootstrapped.environment, FAULTLINE_PARENT_FD: String(LINK_FD) },
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
  });
  const link = child.stdio[LINK_FD];
  link.on('error', () => {});
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => link.write(`${signal}\n`));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** Bootstrap, then `file` on Node 24; ends this process with the file's exit code, or with 3 where bootstrap failed. */
export async function execOnNode(fileUrl, args) {
  const { BootstrapError, bootstrap } = await import('./bootstrap.mjs');
  try {
    process.exitCode = await runOnNode(await bootstrap(), fileURLToPath(fileUrl), args);
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    process.stderr.write(`faultline: ${error.message}\n  ${error.hint}\n`);
    process.exitCode = 3;
  }
  process.exit();
}
