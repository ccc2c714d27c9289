/** Starts the warden of a lab and holds the pipe whose end tells it that the harness is gone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HarnessError, systemClock } from '../core/index.ts';
import { compileCacheFolder } from './labs-folder.ts';
import type { WardenConfig, WardenReady } from './warden/spec.ts';
import { type WardenClient, wardenClient } from './warden-client.ts';

const MAIN = fileURLToPath(new URL('./warden/main.ts', import.meta.url));
const READY_WITHIN_MS = 10_000;

export interface StartedWarden {
  readonly url: string;
  /** First port of the block that belongs to the lab. */
  readonly basePort: number;
  readonly pid: number;
  readonly client: WardenClient;
}

/** Wardens of labs that this process booted, kept so that their pipes stay open. */
const held = new Map<string, ChildProcess>();

/** In a session of its own: Ctrl-C in the terminal ends the harness, and the warden then ends the lab. */
export async function startWarden(config: WardenConfig, node: string, logFolder: string): Promise<StartedWarden> {
  const logFile = join(logFolder, 'warden.log');
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(node, [MAIN], {
    cwd: logFolder,
    detached: true,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      NODE_COMPILE_CACHE: compileCacheFolder(),
      FAULTLINE_WARDEN: config.run,
    },
    stdio: ['pipe', 'pipe', log],
  });
  closeSync(log);
  held.set(config.run, child);
  child.once('exit', () => held.delete(config.run));
  child.stdin?.on('error', () => {});
  child.stdin?.write(`${JSON.stringify(config)}\n`);
  const ready = await readyLine(child, logFile);
  child.unref();
  for (const pipe of [child.stdin, child.stdout]) if (pipe && 'unref' in pipe) (pipe as { unref(): void }).unref();
  const url = `http://127.0.0.1:${ready.port}`;
  return { url, basePort: ready.port, pid: ready.pid, client: wardenClient(url, config.token) };
}

function readyLine(child: ChildProcess, logFile: string): Promise<WardenReady> {
  return new Promise((resolve, reject) => {
    const patience = new AbortController();
    const fail = (what: string) => {
      if (patience.signal.aborted) return;
      patience.abort();
      child.kill('SIGKILL');
      const said = readFileSync(logFile, 'utf8').trim();
      reject(
        new HarnessError({ code: 'boot-failed', message: `the warden ${what}`, hint: said || 'It said nothing.' }),
      );
    };
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (!text.includes('\n')) return;
      patience.abort();
      resolve(JSON.parse(text) as WardenReady);
    });
    child.once('error', (error) => fail(`could not be started: ${error.message}`));
    child.once('exit', (code) => fail(`ended with code ${code} before it was ready`));
    systemClock.delay(READY_WITHIN_MS, patience.signal).then(
      () => fail(`was not ready after ${READY_WITHIN_MS} ms`),
      () => {},
    );
  });
}
