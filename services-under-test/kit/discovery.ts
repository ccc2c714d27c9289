/**
 * Discovery: which instances of a service there are, asked of the registry by a question that waits for news. The last list
 * is kept while the registry is away, or has forgotten everybody: an instance that is gone is found out by calling it.
 */
import type { Instance } from './balancer.ts';
import { createHttpClient } from './http-client.ts';
import { type Logger, reasonOf } from './log.ts';
import { backoffMs, nowMs, pause } from './time.ts';

export interface DiscoveryOptions {
  /** `http://host:port` */
  readonly registry: string;
  readonly service: string;
  readonly log: Logger;
}

export interface Discovery {
  /** As last heard; empty until the registry has answered once. */
  instances(): readonly Instance[];
  end(): Promise<void>;
}

/** A question waits so long for news. */
const WAIT_MS = 5_000;
const PATIENCE_MS = WAIT_MS + 1_000;
/** A registry that is back hears of the instances one after the other: so long is kept whom it does not name yet. */
const RETURN_MS = 2_000;

interface Listing {
  readonly version: number;
  readonly instances: readonly { readonly id: string; readonly address: string }[];
}

export function discover({ registry, service, log }: DiscoveryOptions): Discovery {
  const client = createHttpClient(registry);
  const ending = new AbortController();
  let instances: readonly Instance[] = [];
  let version = -1;
  let away = false;
  let returnedAt = Number.NEGATIVE_INFINITY;

  const ask = async () => {
    const news = version < 0 ? '' : `?after=${version}&waitMs=${WAIT_MS}`;
    const path = `/services/${service}/instances${news}`;
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const answer = await client.call({ method: 'GET', path, signal });
    if (answer.status !== 200) throw new Error(`the registry answered ${answer.status}`);
    take(listingOf(answer.body));
  };
  const take = (listing: Listing) => {
    version = listing.version;
    if (away) returnedAt = nowMs();
    away = false;
    if (listing.instances.length === 0 && instances.length > 0) return;
    const named = listing.instances.map(({ id, address }) => ({ id, origin: `http://${address}` }));
    const missing = instances.filter((one) => !named.some(({ id }) => id === one.id));
    const next = nowMs() - returnedAt < RETURN_MS ? [...named, ...missing] : named;
    if (JSON.stringify(next) === JSON.stringify(instances)) return;
    instances = next;
    const ids = next.map(({ id }) => id).join(' ');
    log.info({ event: 'discovered', of: service, instances: ids }, 'instances are known');
  };
  const watch = async () => {
    for (let failures = 0; !ending.signal.aborted; ) {
      try {
        await ask();
        failures = 0;
        // A registry that has nobody to tell of answers at once, and is asked again soon.
        if (instances.length === 0) await pause(100, ending.signal);
      } catch (error) {
        if (failures === 0)
          log.info({ reason: reasonOf(error) }, 'the registry does not answer, the last list is kept');
        // A registry that was restarted counts anew.
        version = -1;
        away = true;
        await pause(backoffMs(failures++, { firstMs: 100, mostMs: 1_000 }), ending.signal);
      }
    }
  };
  const watching = watch();
  return {
    instances: () => instances,
    async end() {
      if (ending.signal.aborted) return;
      ending.abort();
      await watching;
      await client.close();
    },
  };
}

function listingOf(body: unknown): Listing {
  const { version, instances } = (body ?? {}) as Partial<Listing>;
  if (typeof version !== 'number' || !Array.isArray(instances)) throw new Error('the registry answered no list');
  const named = instances.filter((one) => typeof one?.id === 'string' && typeof one?.address === 'string');
  return { version, instances: named };
}
