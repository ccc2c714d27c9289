/** Redis as a child process: nothing kept on disk, and one user for each service that has an edge to it, for keys that begin with its name. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Topology } from '../../core/index.ts';
import { passwordOf } from '../passwords.ts';
import type { PartSpec } from '../warden/spec.ts';
import { type NativeContext, partOf } from './context.ts';

const HOST = '127.0.0.1';
/** Enough for every cache here; what has a time to live makes way for what is new. */
const MEMORY = '128mb';

/** Inline `PING`: refused with `-NOAUTH` by a server that is up, as nobody has said who they are. */
export const REDIS_PING = Buffer.from('PING\r\n');

export function redisSpec(context: NativeContext, name: string): PartSpec {
  const { port } = partOf(context, name);
  const folder = join(context.data, name);
  mkdirSync(folder, { recursive: true });
  const file = join(context.data, `${name}.conf`);
  writeFileSync(file, redisConfiguration({ ...context, bind: HOST, port }, name), { mode: 0o600 });
  return {
    name,
    kind: 'redis',
    command: [context.tools.redis, file],
    env: context.env,
    cwd: folder,
    logFile: join(context.logs, `${name}.log`),
    stopSignal: 'SIGTERM',
    stopGraceMs: 5_000,
    ready: { how: 'exchange', port, sendBase64: REDIS_PING.toString('base64'), expectFirst: '-' },
    readyTimeoutMs: 10_000,
  };
}

export interface RedisServer {
  readonly topology: Topology;
  readonly token: string;
  readonly bind: string;
  readonly port: number;
}

/**
 * The text of `redis.conf`. A service may touch keys and channels `<its name>:*` alone and do nothing to the server; the default user may do
 * everything, with the lab's token.
 */
export function redisConfiguration({ topology, token, bind, port }: RedisServer, store: string): string {
  const callers = topology.edges.flatMap(({ caller, callee }) => (callee === store ? [caller] : []));
  const services = [...new Set(callers)].filter((caller) => caller !== 'driver');
  return [
    `bind ${bind}`,
    `port ${port}`,
    'protected-mode no',
    'daemonize no',
    'save ""',
    'appendonly no',
    `maxmemory ${MEMORY}`,
    'maxmemory-policy volatile-ttl',
    `user default on >${token} ~* &* +@all`,
    ...services.map(
      (name) => `user ${name} on >${passwordOf(token, name)} ~${name}:* &${name}:* +@all -@admin -@dangerous +info`,
    ),
    '',
  ].join('\n');
}
