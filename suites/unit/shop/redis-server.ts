/** A real Redis server for tests of those who use it; it can be ended and started again on the same port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { waitFor } from '../../../harness/core/index.ts';
import { ensureTools } from '../../../harness/setup/index.ts';
import { openRedis, type RedisStore } from '../../../services-under-test/kit/redis.ts';
import { quietLog } from './upstream.ts';

export interface RedisServer {
  readonly url: string;
  end(): Promise<void>;
  start(): Promise<void>;
}

export async function startRedis(): Promise<RedisServer> {
  const { redis } = await ensureTools(['redis'], () => undefined);
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const server: RedisServer = {
    url,
    async end() {
      const ended = child && once(child, 'exit');
      child?.kill('SIGKILL');
      child = undefined;
      await ended;
    },
    async start() {
      const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
      child = spawn(redis, args, { stdio: 'ignore' });
      const store = openRedis({ url, edge: 'test->redis', log: quietLog });
      await untilAnswers(store);
      await store.close();
    },
  };
  await server.start();
  return server;
}

/** Resolves when commands are answered (and the breaker, if it was open, is closed). */
export function untilAnswers(store: RedisStore): Promise<unknown> {
  const ping = () =>
    store
      .use((commands) => commands.ping())
      .then(
        () => true,
        () => undefined,
      );
  return waitFor(ping, { what: 'Redis to answer', deadlineMs: 5_000 });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
