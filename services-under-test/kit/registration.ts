/** Registration of an instance: told to the registry at the start, repeated as a heartbeat, taken back at the end. It may be away. */
import { createHttpClient } from './http-client.ts';
import { type Logger, reasonOf } from './log.ts';
import { numberSetting, optionalSetting, setting } from './settings.ts';
import { pause } from './time.ts';

export interface RegistrationOptions {
  /** `http://host:port` */
  readonly registry: string;
  readonly service: string;
  /** Names this instance among those of the service. */
  readonly id: string;
  /** host:port at which it can be called. */
  readonly address: string;
  readonly heartbeatMs: number;
  readonly log: Logger;
}

export interface Registration {
  /** Says goodbye; resolves at once or soon, whatever the registry does. */
  end(): Promise<void>;
}

const PATIENCE_MS = 500;

/** The registration that the settings ask for (REGISTRY_URL, INSTANCE, ADVERTISE); none where they do not. */
export function registerFromSettings(service: string, log: Logger): Registration {
  const registry = optionalSetting('REGISTRY_URL');
  const address = optionalSetting('ADVERTISE');
  if (registry === undefined || address === undefined) return { end: async () => undefined };
  const heartbeatMs = numberSetting('HEARTBEAT_MS', 1_000);
  return register({ registry, service, id: setting('INSTANCE', service), address, heartbeatMs, log });
}

export function register({ registry, service, id, address, heartbeatMs, log }: RegistrationOptions): Registration {
  const client = createHttpClient(registry);
  const place = `/services/${service}/instances`;
  const ending = new AbortController();
  const signal = () => AbortSignal.timeout(PATIENCE_MS);
  let known = false;

  const beat = async () => {
    const answer = known
      ? await client.call({ method: 'PUT', path: `${place}/${id}/heartbeat`, signal: signal() })
      : await client.call({ method: 'POST', path: place, body: { id, address }, signal: signal() });
    if (answer.status === 201) log.info({ registry: place }, 'registered');
    // Forgotten by a registry that was restarted, or that did not hear of us for too long.
    known = answer.status < 300;
    return known;
  };
  const keep = async () => {
    while (!ending.signal.aborted) {
      const isKept = await beat().catch((error: unknown) => {
        log.debug({ reason: reasonOf(error) }, 'the registry did not answer');
        return false;
      });
      await pause(isKept ? heartbeatMs : heartbeatMs / 4, ending.signal);
    }
  };
  const keeping = keep();
  return {
    async end() {
      if (ending.signal.aborted) return;
      ending.abort();
      await keeping;
      await client.call({ method: 'DELETE', path: `${place}/${id}`, signal: signal() }).catch(() => undefined);
      await client.close();
    },
  };
}
