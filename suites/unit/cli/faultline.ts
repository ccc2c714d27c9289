/** The command line in a process of its own, as somebody at a terminal runs it, with a folder of runs of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../../../harness/core/index.ts';

export const BIN = fileURLToPath(new URL('../../../harness/cli/bin.mjs', import.meta.url));
const MAIN = fileURLToPath(new URL('../../../harness/cli/main.ts', import.meta.url));

/** What vitest tells its own processes is not for those that a user would start. */
const NOT_OURS = /^(VITEST|FAULTLINE_|NODE_ENV$|NODE_OPTIONS$|TEST$|MODE$|DEV$|PROD$|SSR$|FORCE_COLOR$)/;

export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly said: Promise<Said>;
  /** Resolves when standard error holds the text. */
  says(text: string): Promise<void>;
}

/** A folder for runs, and how it goes. */
export function runsFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-cli-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

/** As bin.mjs sets it: the command line starts in a third of the time. */
const COMPILE_CACHE = fileURLToPath(new URL('../../../node_modules/.cache/faultline-compile', import.meta.url));

/** Runs main.ts on this Node; for what ends by itself. `main`: that of another copy of the project. */
export function faultline(
  args: readonly string[],
  runs: string,
  env: NodeJS.ProcessEnv = {},
  main = MAIN,
): Promise<Said> {
  return start([main, ...args], runs, env).said;
}

/** Runs the command that users have, in a process group of its own, as a shell does. */
export function startFaultline(args: readonly string[], runs: string): Running {
  return start([BIN, ...args], runs, {});
}

function start(args: readonly string[], runs: string, env: NodeJS.ProcessEnv): Running {
  const outer = Object.entries(process.env).filter(([name]) => !NOT_OURS.test(name) || name === 'FAULTLINE_CACHE');
  const child = spawn(process.execPath, args, {
    env: { ...Object.fromEntries(outer), NODE_COMPILE_CACHE: COMPILE_CACHE, FAULTLINE_REPORTS: runs, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const said = new Promise<Said>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
  return {
    child,
    said,
    says: async (text) => {
      await waitFor(() => (stderr.includes(text) ? true : undefined), {
        what: `"${text}" on standard error`,
        deadlineMs: 45_000,
        lastSeen: () => stderr.slice(-500),
      });
    },
  };
}

/** The only folder of a run in there, but for `latest`. */
export function onlyRun(runs: string): string {
  const [first, ...others] = readdirSync(runs).filter((name) => name !== 'latest');
  if (first === undefined || others.length > 0) throw new Error(`expected one run, there are ${others.length + 1}`);
  return join(runs, first);
}
