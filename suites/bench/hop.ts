/** What benchmarks of one HTTP hop have in common: child processes, load, and rows of figures. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { BenchRow } from './bench.ts';

export const HOST = '127.0.0.1';

/** A child that is ended, and seen to have ended, with the stack. */
export function run(stack: AsyncDisposableStack, command: string, args: readonly string[], env = {}): ChildProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  // Toxiproxy logs every connection: a pipe that nobody reads would stop it.
  child.stdout.on('data', () => undefined);
  stack.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  });
  return child;
}

/** Requests for so long, over so many connections, by a process of its own. */
export async function load(
  port: number,
  connections: number,
  forMs: number,
): Promise<{ p50: number; perSecond: number }> {
  const child = spawn(process.execPath, [fileOf('./http-load.ts'), `${port}`, `${connections}`, `${forMs}`]);
  return JSON.parse(await text(child.stdout));
}

export function fileOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, HOST));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

export function row(name: string, unit: string, values: readonly number[]): BenchRow {
  return { name, unit, value: median(values), spread: [Math.min(...values), Math.max(...values)] };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
