/** The books of an outside party: what it was asked to do and did. Held in memory, only ever added to. */
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
  entries(): readonly Entry[];
}

export function createLedger(): Ledger {
  const entries: Entry[] = [];
  return {
    add: (entry) => void entries.push({ ...entry, at: nowMs() }),
    entries: () => entries,
  };
}
