/** The gateway's parts, as the settings ask for them: what is not set is not loaded. */
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { ServerOptions } from '../kit/http-server.ts';
import type { Logger } from '../kit/log.ts';
import type { RedisStore } from '../kit/redis.ts';
import { numberSetting, optionalSetting, setting } from '../kit/settings.ts';
import { readPartnerKeys } from './api-keys.ts';
import { type Authenticate, createAuthentication } from './authentication.ts';
import { firstOf, type KeySource, keysFromFile, publishedKeys } from './key-source.ts';
import type { Limit } from './rate-limit.ts';
import type { ResponseCache } from './response-cache.ts';
import type { GatewayRoutes } from './routes.ts';
import { UPSTREAMS } from './table.ts';
import { createUpstream, type Upstream } from './upstream.ts';

export interface GatewayParts {
  readonly routes: GatewayRoutes;
  readonly server: Pick<ServerOptions, 'tls' | 'deadlineMs'>;
  /** To be closed, in this order, once the server takes no more requests. */
  readonly close: readonly (() => Promise<unknown>)[];
}

export async function partsOf(log: Logger): Promise<GatewayParts> {
  const close: (() => Promise<unknown>)[] = [];
  const upstreams: Record<string, Upstream> = {};
  const discovered = optionalSetting('DISCOVER')?.split(',') ?? [];
  for (const name of UPSTREAMS) {
    const where = discovered.includes(name)
      ? await discoveredAt(name, log, close)
      : optionalSetting(`${settingOf(name)}_URL`);
    if (where === undefined) continue;
    upstreams[name] = createUpstream(name, where, log);
    close.push(upstreams[name].close);
  }
  const grpc = optionalSetting('INVENTORY_GRPC');
  if (grpc !== undefined) {
    const inventory = (await import('./stock-by-grpc.ts')).createStockByGrpc(grpc, log);
    upstreams.inventory = inventory;
    close.push(inventory.close);
  }
  const authenticate = await authenticationOf(upstreams, log);
  const redis = await redisOf(log);
  if (redis) close.push(redis.close);
  const shared = redis && (await redisParts(redis, log));
  const { order, payment, shipping } = upstreams;
  const all = order && payment && shipping && { order, payment, shipment: shipping };
  const summarise = all && (await import('./summary.ts')).createSummary(all);
  const file = optionalSetting('OPENAPI_FILE');
  const document = file === undefined ? undefined : () => readFile(file, 'utf8');
  const routes = {
    ...{ authenticate, upstreams, ...shared },
    ...(summarise && { summarise }),
    ...(document && { document }),
  };
  return { routes, server: serverOf(), close };
}

/** Serves the updates of orders over WebSocket, where that is set; answers what ends it. */
export async function openUpdates(server: Server, routes: GatewayRoutes, log: Logger): Promise<() => Promise<void>> {
  const everyMs = numberSetting('UPDATES_EVERY_MS', 0);
  const { order } = routes.upstreams;
  if (everyMs === 0 || order === undefined) return async () => undefined;
  const { serveOrderUpdates } = await import('./order-updates.ts');
  return serveOrderUpdates(server, { routes, order, everyMs, log });
}

function serverOf(): GatewayParts['server'] {
  const cert = optionalSetting('TLS_CERT');
  const deadlineMs = numberSetting('REQUEST_DEADLINE_MS', 0);
  return {
    ...(cert !== undefined && { tls: { cert, key: setting('TLS_KEY') } }),
    // What the public says of deadlines is not asked.
    deadlineMs: deadlineMs > 0 ? deadlineMs : Number.POSITIVE_INFINITY,
  };
}

async function discoveredAt(service: string, log: Logger, close: (() => Promise<unknown>)[]) {
  const { discover } = await import('../kit/discovery.ts');
  const discovery = discover({ registry: setting('REGISTRY_URL'), service, log });
  close.push(discovery.end);
  return discovery.instances;
}

async function authenticationOf(upstreams: Readonly<Record<string, Upstream>>, log: Logger): Promise<Authenticate> {
  const sources: KeySource[] = [];
  const file = optionalSetting('JWKS_FILE');
  if (file !== undefined) sources.push(await keysFromFile(file));
  const url = optionalSetting('JWKS_URL');
  if (url !== undefined) sources.push(keysOfUser(upstreams.user, new URL(url).pathname, log));
  if (sources.length === 0) throw new Error('one of the environment variables JWKS_FILE and JWKS_URL is needed');
  const partnersFile = optionalSetting('PARTNERS_FILE');
  return createAuthentication({
    keys: sources.length === 1 ? (sources[0] as KeySource) : firstOf(...sources),
    issuer: setting('TOKEN_ISSUER'),
    audience: setting('TOKEN_AUDIENCE'),
    ...(partnersFile !== undefined && { partners: await readPartnerKeys(partnersFile) }),
  });
}

/** The keys that the user service publishes, asked for like everything else of it: under its breaker. */
function keysOfUser(user: Upstream | undefined, path: string, log: Logger): KeySource {
  if (user === undefined) throw new Error('JWKS_URL needs the environment variable USER_URL');
  const fetch = async () => {
    const answer = await user.ask({ method: 'GET', path });
    if (answer.status !== 200) throw new Error(`the key set was answered ${answer.status}`);
    return answer.body;
  };
  const cooldownMs = numberSetting('JWKS_COOLDOWN_MS', 2_000);
  return publishedKeys({ fetch, cooldownMs, maxAgeMs: numberSetting('JWKS_MAX_AGE_MS', 300_000), log });
}

async function redisOf(log: Logger): Promise<RedisStore | undefined> {
  const url = optionalSetting('REDIS_URL');
  if (url === undefined) return undefined;
  const { openRedis } = await import('../kit/redis.ts');
  return openRedis({ url, edge: 'gateway->redis', log });
}

async function redisParts(redis: RedisStore, log: Logger): Promise<{ limit?: Limit; cache?: ResponseCache }> {
  const perSecond = numberSetting('RATE_PER_SECOND', 0);
  const freshMs = numberSetting('CACHE_FRESH_MS', 0);
  const limiting = perSecond > 0 ? (await import('./rate-limit.ts')).createRateLimit : undefined;
  const caching = freshMs > 0 ? (await import('./response-cache.ts')).createResponseCache : undefined;
  const rate = { perSecond, burst: numberSetting('RATE_BURST', 2 * perSecond) };
  return {
    ...(limiting && { limit: limiting({ redis, rate, log }) }),
    ...(caching && { cache: caching({ redis, freshMs, staleMs: numberSetting('CACHE_STALE_MS', 60_000) }) }),
  };
}

/** `bff-web` is told of by BFF_WEB_URL. */
function settingOf(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
