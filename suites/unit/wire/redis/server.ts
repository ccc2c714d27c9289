/** A real Redis for tests: nothing on disk, a free port, gone after `stop`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis, type RedisOptions } from 'ioredis';
import { waitFor } from '../../../../harness/core/index.ts';
import { ensureTools } from '../../../../harness/setup/index.ts';
import { freePort } from '../rig.ts';

export interface TestRedis {
  readonly port: number;
  /** Past the wire. */
  readonly direct: Redis;
  stop(): Promise<void>;
}

export async function startRedis(): Promise<TestRedis> {
  const { redis } = await ensureTools(['redis'], () => undefined);
  const folder = mkdtempSync(join(tmpdir(), 'faultline-test-redis-'));
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn(redis, settings, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const exited = once(child, 'exit');
  const ready = () => (log.includes('Ready to accept connections') ? true : undefined);
  await waitFor(ready, { what: 'Redis', deadlineMs: 20_000, lastSeen: () => log });
  const direct = client(port);
  return {
    port,
    direct,
    async stop() {
      direct.disconnect();
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function client(port: number, more: RedisOptions = {}): Redis {
  const one = new Redis({ host: '127.0.0.1', port, retryStrategy: () => null, maxRetriesPerRequest: 0, ...more });
  one.on('error', () => undefined);
  return one;
}
