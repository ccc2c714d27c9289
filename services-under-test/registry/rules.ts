/** Rules of the registry: who counts as alive, for how long, and what watchers are told. Held in memory: instances register again after a restart. */

export interface Instance {
  readonly id: string;
  /** host:port */
  readonly address: string;
}

export interface Listing {
  readonly service: string;
  /** Grows with each change; a watcher asks for what is newer than what it has. */
  readonly version: number;
  readonly instances: readonly Instance[];
}

export interface Directory {
  /** Answers true when the instance is new, or has moved. */
  register(service: string, instance: Instance): boolean;
  /** False when the instance is not known (any more): it has to register again. */
  heartbeat(service: string, id: string): boolean;
  deregister(service: string, id: string): boolean;
  list(service: string): Listing;
  services(): readonly string[];
  /** Forgets whoever was silent for too long; answers them. */
  evict(): readonly { readonly service: string; readonly id: string }[];
  /** Calls `listener` once, at the next change of the service; answers what takes it back. */
  onChange(service: string, listener: () => void): () => void;
}

interface Entry {
  readonly instance: Instance;
  heardAt: number;
}

interface Known {
  version: number;
  readonly entries: Map<string, Entry>;
  readonly listeners: Set<() => void>;
}

export interface DirectoryOptions {
  /** An instance that was silent for so long is left out. */
  readonly ttlMs: number;
  /** Versions begin here: those of a later life of the registry are newer than those of an earlier one. */
  readonly firstVersion: number;
  readonly now: () => number;
}

export function createDirectory({ ttlMs, firstVersion, now }: DirectoryOptions): Directory {
  const services = new Map<string, Known>();
  const knownOf = (service: string): Known => {
    let known = services.get(service);
    if (known === undefined) {
      known = { version: firstVersion, entries: new Map(), listeners: new Set() };
      services.set(service, known);
    }
    return known;
  };
  const changed = (known: Known) => {
    known.version++;
    const listeners = [...known.listeners];
    known.listeners.clear();
    for (const listener of listeners) listener();
  };
  return {
    register(service, instance) {
      const known = knownOf(service);
      const before = known.entries.get(instance.id);
      known.entries.set(instance.id, { instance, heardAt: now() });
      if (before?.instance.address === instance.address) return false;
      changed(known);
      return true;
    },
    heartbeat(service, id) {
      const entry = services.get(service)?.entries.get(id);
      if (entry !== undefined) entry.heardAt = now();
      return entry !== undefined;
    },
    deregister(service, id) {
      const known = services.get(service);
      const was = known?.entries.delete(id) === true;
      if (was && known) changed(known);
      return was;
    },
    list(service) {
      const { version, entries } = services.get(service) ?? {
        version: firstVersion,
        entries: new Map<string, Entry>(),
      };
      return { service, version, instances: [...entries.values()].map(({ instance }) => instance) };
    },
    services: () => [...services.keys()],
    evict() {
      const latest = now() - ttlMs;
      return [...services].flatMap(([service, known]) => {
        const silent = [...known.entries].filter(([, { heardAt }]) => heardAt < latest).map(([id]) => id);
        for (const id of silent) known.entries.delete(id);
        if (silent.length > 0) changed(known);
        return silent.map((id) => ({ service, id }));
      });
    },
    onChange(service, listener) {
      const { listeners } = knownOf(service);
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
