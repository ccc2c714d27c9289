/** What happened to parts and what services said of themselves, numbered in the order in which the warden learned of it. */
import type { ProcessRecord, ServiceEventRecord } from '../../core/history.ts';
import { LIMITS } from '../../core/limits.ts';
import { readChunk } from './log-file.ts';
import { serviceEventOf } from './service-event.ts';

export type WardenRecord = ProcessRecord | ServiceEventRecord;

export interface Records {
  add(record: WardenRecord): void;
  /** From now on the JSON lines with an `event` member in this log become records. */
  follow(service: string, logFile: string): void;
  /** Records from number `from` on, logs read up to now; `next` is what to ask for the next time, `lost` how many are held no more. */
  since(from: number): { readonly records: readonly WardenRecord[]; readonly next: number; readonly lost: number };
}

interface Followed {
  readonly service: string;
  readonly logFile: string;
  read: number;
}

const NEWLINE = 0x0a;

/** Logs are read only when somebody asks: a service never waits for the warden to take its output. */
export function recordBook(most: number = LIMITS.wireRecords): Records {
  const kept: WardenRecord[] = [];
  const followed = new Map<string, Followed>();
  let dropped = 0;
  const add = (record: WardenRecord) => {
    kept.push(record);
    if (kept.length <= most) return;
    dropped += kept.splice(0, Math.ceil(most / 10)).length;
  };
  return {
    add,
    follow(service, logFile) {
      if (!followed.has(service)) followed.set(service, { service, logFile, read: 0 });
    },
    since(from) {
      for (const log of followed.values()) readOn(log, add);
      const next = dropped + kept.length;
      return { records: kept.slice(Math.max(0, from - dropped)), next, lost: Math.max(0, dropped - from) };
    },
  };
}

/** Reads the whole lines that were added since the last time. */
function readOn(log: Followed, add: (record: WardenRecord) => void): void {
  for (;;) {
    const chunk = readChunk(log.logFile, log.read);
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) return;
    log.read += end;
    for (const line of chunk.toString('utf8', 0, end).split('\n')) {
      const record = serviceEventOf(line, log.service);
      if (record) add(record);
    }
  }
}
