/** Toxiproxy as a child process: one proxy for each edge, read from a file, so that they are back after a restart. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { HarnessError } from '../../core/index.ts';
import type { PartSpec } from '../warden/spec.ts';
import { type NativeContext, partOf } from './context.ts';

const HOST = '127.0.0.1';
const ANSWER_WITHIN_MS = 5_000;

/** The wire in front of it is one thread as well: more of them would only hand small pieces to each other. */
export const TOXIPROXY_ENVIRONMENT = { LOG_LEVEL: 'warn', GOMAXPROCS: '1' } as const;

export function toxiproxySpec(context: NativeContext): PartSpec {
  const { port } = partOf(context, 'toxiproxy');
  const config = join(context.data, 'toxiproxy.json');
  const proxies = context.plan.edges.map(({ id, toxiproxyPort, calleePort }) => ({
    name: id,
    listen: `${HOST}:${toxiproxyPort}`,
    upstream: `${HOST}:${calleePort}`,
    enabled: true,
  }));
  writeFileSync(config, JSON.stringify(proxies));
  return {
    name: 'toxiproxy',
    kind: 'toxiproxy',
    command: [context.tools.toxiproxy, '-host', HOST, '-port', String(port), '-config', config],
    env: { ...context.env, ...TOXIPROXY_ENVIRONMENT },
    cwd: context.data,
    logFile: join(context.logs, 'toxiproxy.log'),
    stopSignal: 'SIGTERM',
    stopGraceMs: 2_000,
    ready: { how: 'http', port, path: '/version' },
    readyTimeoutMs: 10_000,
  };
}

/** Toxiproxy only logs a proxy that could not listen: so all are counted. */
export async function requireProxies(context: Pick<NativeContext, 'plan' | 'logs'>): Promise<void> {
  const port = context.plan.parts.find(({ kind }) => kind === 'toxiproxy')?.port;
  const reply = await request(`http://${HOST}:${port}/proxies`, { headersTimeout: ANSWER_WITHIN_MS });
  const proxies = (await reply.body.json()) as Record<string, { readonly enabled: boolean }>;
  const missing = context.plan.edges.filter(({ id }) => !proxies[id]?.enabled).map(({ id }) => id);
  if (missing.length === 0) return;
  throw new HarnessError({
    code: 'boot-failed',
    message: `toxiproxy has no proxy for ${missing.join(', ')}`,
    hint: `See ${join(context.logs, 'toxiproxy.log')}: another process may have taken a port meanwhile; start again.`,
  });
}
