/** Running the tools' own programs during set-up: nothing that is started here outlives us. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HarnessError, systemClock } from '../core/index.ts';

const GUARD = fileURLToPath(new URL('./guard.mjs', import.meta.url));
const TAIL_BYTES = 8192;

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  readonly signal?: AbortSignal;
  /** Ended after so long. Default 15 minutes: downloads may be slow. */
  readonly timeoutMs?: number;
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  /** The end of standard error. */
  readonly stderr: string;
}

/** A program that goes on running until `stop`. */
export interface RunningCommand {
  /** Exit code, once it has ended. */
  readonly ended: Promise<number>;
  /** The end of what it wrote. */
  tail(): string;
  /** SIGTERM, then waits; SIGKILL for its whole group after `patienceMs`. */
  stop(patienceMs: number): Promise<number>;
}

/** A program whose output is read as it comes. */
export interface PipedCommand {
  readonly stdout: AsyncIterable<Buffer>;
  readonly stderr: AsyncIterable<Buffer>;
  /** Exit code, once it has ended and its output is read. */
  readonly ended: Promise<number>;
  /** To the program's whole group. */
  signal(name: 'SIGINT' | 'SIGTERM'): void;
  /** SIGKILL for its whole group. */
  kill(): void;
}

/** Runs a program to its end. Throws `tool-broken` only where it cannot be started or does not end in time. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  options.signal?.throwIfAborted();
  const startMs = systemClock.now();
  const timeoutMs = options.timeoutMs ?? 900_000;
  const child = spawnGuarded(command, args, options);
  const stop = () => child.stdin?.destroy();
  const timeout = new AbortController();
  systemClock.delay(timeoutMs, timeout.signal).then(stop, () => {});
  options.signal?.addEventListener('abort', stop, { once: true });
  const out = collect(child.stdout);
  const err = collect(child.stderr);
  try {
    const code = await exitCode(child);
    options.signal?.throwIfAborted();
    const tookMs = systemClock.now() - startMs;
    if (tookMs >= timeoutMs) throw tookTooLong(command, timeoutMs, err.tail());
    return { code, stdout: out.text(), stderr: err.tail() };
  } finally {
    timeout.abort();
    options.signal?.removeEventListener('abort', stop);
  }
}

/** Runs a program to its end; throws `tool-broken` with the end of its output where it fails. */
export async function mustRun(
  what: string,
  command: string,
  args: readonly string[],
  options: CommandOptions & { readonly hint?: string } = {},
): Promise<CommandResult> {
  const result = await runCommand(command, args, options);
  if (result.code === 0) return result;
  const said = lastLines(`${result.stdout}\n${result.stderr}`, 12);
  throw new HarnessError({
    code: 'tool-broken',
    message: `${what} failed: ${command} ended with ${result.code}${said === '' ? '' : `\n${said}`}`,
    hint: options.hint,
    facts: { command, exitCode: result.code },
  });
}

/** Starts a program that is stopped by us; it ends with us in any case. */
export function startCommand(command: string, args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const child = spawnGuarded(command, args, options);
  const out = collect(child.stdout);
  const err = collect(child.stderr);
  const ended = exitCode(child);
  ended.catch(() => {});
  options.signal?.addEventListener('abort', () => child.stdin?.destroy(), { once: true });
  return {
    ended,
    tail: () => lastLines(`${out.tail()}\n${err.tail()}`, 12),
    async stop(patienceMs) {
      child.kill('SIGTERM');
      const patience = new AbortController();
      systemClock.delay(patienceMs, patience.signal).then(
        () => child.stdin?.destroy(),
        () => {},
      );
      try {
        return await ended;
      } finally {
        patience.abort();
      }
    },
  };
}

/**
 * Starts a program and hands its output on as it comes; it ends with us in any case. A Ctrl-C on the terminal does not reach it by
 * itself: who starts it says how it is stopped.
 */
export function pipeCommand(command: string, args: readonly string[], options: CommandOptions = {}): PipedCommand {
  const child = spawnGuarded(command, args, options, true);
  const ended = exitCode(child);
  ended.catch(() => {});
  return {
    stdout: child.stdout as AsyncIterable<Buffer>,
    stderr: child.stderr as AsyncIterable<Buffer>,
    ended,
    signal: (name) => void child.kill(name),
    kill: () => void child.stdin?.destroy(),
  };
}

/** The environment of downloading tools: the proxies that the bootstrap put aside are given back to them. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  const aside: unknown = JSON.parse(process.env.FAULTLINE_PROXIES ?? '{}');
  return { ...process.env, ...(aside as Record<string, string>), LC_ALL: 'C' };
}

function spawnGuarded(
  command: string,
  args: readonly string[],
  options: CommandOptions,
  detached = false,
): ChildProcess {
  const job = JSON.stringify({ command, args, cwd: options.cwd, uid: options.uid, gid: options.gid });
  return spawn(process.execPath, [GUARD, job], {
    env: { ...toolEnvironment(), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached,
  });
}

function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.stdin?.on('error', () => {});
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 137));
  });
}

function collect(stream: NodeJS.ReadableStream | null): { text(): string; tail(): string } {
  let text = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    text = (text + chunk).slice(-64 * TAIL_BYTES);
  });
  return { text: () => text, tail: () => text.slice(-TAIL_BYTES) };
}

function lastLines(text: string, count: number): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-count).join('\n');
}

function tookTooLong(command: string, timeoutMs: number, said: string): HarnessError {
  return new HarnessError({
    code: 'tool-broken',
    message: `${command} did not end within ${timeoutMs / 1000} s and was ended; it said last: ${lastLines(said, 3) || 'nothing'}`,
    facts: { command, timeoutMs },
  });
}
