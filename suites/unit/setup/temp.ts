/** Temporary folders, small scripts that stand for tools, and child processes, for the tests of set-up. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SetupEvent } from '../../../harness/setup/index.ts';

/** A folder that others may pass through and that is gone after the test. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-test-'));
  chmodSync(folder, 0o755);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Writes a shell script that stands for a program. */
export function script(folder: string, name: string, body: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A list that takes progress events. */
export function eventList(): { events: SetupEvent[]; report: (event: SetupEvent) => void; said(): string[] } {
  const events: SetupEvent[] = [];
  const said = () => events.map(({ state, what }) => `${state} ${what}`);
  return { events, report: (event) => events.push(event), said };
}

export interface NodeRun {
  readonly pid: number;
  /** Resolves when its output holds `text`. */
  says(text: string): Promise<void>;
  output(): string;
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Runs this Node with `args`; killed after the test if it is still there. */
export function runNode(args: readonly string[], env: NodeJS.ProcessEnv = process.env, cwd?: string): NodeRun {
  const child = spawn(process.execPath, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const look of waiting) look();
    });
  }
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!output.includes(text)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      exit.then(() => reject(new Error(`ended without saying "${text}": ${output}`)));
    });
  return { pid: child.pid ?? 0, says, output: () => output, exit };
}

/** True while the process is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
