/** The books of an outside party: what it was asked to do and did. Held in memory, only ever added to. */
import type { PlainAnswer, PlainRequest } from './plain-server.ts';
import { nowMs } from './time.ts';

export interface Entry {
  readonly entity: string;
  readonly kind: string;
  readonly key: string;
  /** Minor units (cents) or pieces. */
  readonly amount: number;
  readonly at: number;
}

export interface Ledger {
  add(entry: Omit<Entry, 'at'>): void;
  /** Those from `sinceMs` on; default: all. */
  entries(sinceMs?: number): readonly Entry[];
  /** Those of one entity. */
  of(entity: string): readonly Entry[];
}

export function createLedger(): Ledger {
  const entries: Entry[] = [];
  const byEntity = new Map<string, Entry[]>();
  return {
    add(asked) {
      const entry = { ...asked, at: nowMs() };
      entries.push(entry);
      const same = byEntity.get(entry.entity);
      if (same) same.push(entry);
      else byEntity.set(entry.entity, [entry]);
    },
    entries: (sinceMs = 0) => (sinceMs > 0 ? entries.filter(({ at }) => at >= sinceMs) : entries),
    of: (entity) => byEntity.get(entity) ?? [],
  };
}

/** `GET /ledger?since=<epoch ms>`: who looks again and again need not read what is long done. */
export function showBooks(ledger: Ledger): (request: PlainRequest) => PlainAnswer {
  return ({ query }) => ({ status: 200, body: ledger.entries(Number(query.get('since') ?? 0)) });
}
