/** Records as they come: the wire's stream, the warden's events and our own, indexed by case. One feed per attachment. */
import {
  type FaultRecord,
  HarnessError,
  type HistoryRecord,
  type Lab,
  type OperationRecord,
  systemClock,
  type UsageRecord,
  waitFor,
} from '../core/index.ts';
import { sharedReading } from './shared-reading.ts';

export interface RecordFeed {
  /** Adds a record of the harness's own (operations, faults, what parts hold). */
  add(record: OperationRecord | FaultRecord | UsageRecord): void;
  /** Records of the case seen so far, in order of arrival. */
  ofCase(caseId: string): readonly HistoryRecord[];
  /** Every record that began at `fromMs` (epoch) or later. */
  since(fromMs: number): readonly HistoryRecord[];
  /** Records that belong to no case (connections, processes, what services said), from `fromMs` on. */
  sharedSince(fromMs: number): readonly HistoryRecord[];
  /** Breakers that are not closed, by what the services said last. */
  openBreakers(): readonly OpenBreaker[];
  /** How many records were found missing at `fromMs` (epoch) or later: the wire or the warden had to let go of them unread. */
  lostSince(fromMs: number): number;
  /** Resolves when everything the wire and the warden held at the time of the call has arrived. */
  sync(): Promise<void>;
  /** Forgets a case, and everything older than `beforeMs`: of other cases too, whose last records come when they are over. */
  forget(caseId: string, beforeMs: number): void;
  close(): Promise<void>;
}

export interface OpenBreaker {
  /** `payment for payment->psp` */
  readonly name: string;
  /** `open`, `half-open` */
  readonly state: string;
}

export interface FeedOptions {
  /** Sees every record as it comes, kept or not. */
  readonly onRecord?: (record: HistoryRecord) => void;
  /** Records that are kept. Default: all; a case is short. */
  readonly keep?: (record: HistoryRecord) => boolean;
  /** Bound on what is kept of one case, and of what belongs to none: the oldest go first. Default: no bound. */
  readonly most?: number;
}

const SYNC_MS = 5_000;
const ONE_GAP_MS = 1_000;

/** Attaches to the lab's streams, from now on. */
export async function openFeed(lab: Lab, options: FeedOptions = {}): Promise<RecordFeed> {
  const { onRecord, keep, most = Number.POSITIVE_INFINITY } = options;
  const byCase = new Map<string, HistoryRecord[]>();
  let shared: HistoryRecord[] = [];
  const gaps = gapBook();
  const breakers = breakerBook();
  const put = (record: HistoryRecord) => {
    onRecord?.(record);
    breakers.see(record);
    if (keep && !keep(record)) return;
    const list = record.case === undefined ? shared : byCase.get(record.case);
    if (list === undefined) byCase.set(record.case as string, [record]);
    else if (list.push(record) > most) list.splice(0, Math.ceil(most / 10));
  };

  const stop = new AbortController();
  let arrived = (await lab.wire.records(Number.MAX_SAFE_INTEGER)).next;
  let partsNext = (await lab.parts.events(Number.MAX_SAFE_INTEGER)).next;
  let lost: unknown;
  const streaming = lab.wire
    .stream(
      arrived,
      (records, next, lost) => {
        gaps.add(lost);
        for (const record of records) put(record);
        arrived = next;
      },
      stop.signal,
    )
    .catch((cause) => {
      if (!stop.signal.aborted) lost = cause;
    });

  const readParts = async () => {
    const { records, next, lost = 0 } = await lab.parts.events(partsNext);
    if (next <= partsNext) return;
    gaps.add(lost);
    partsNext = next;
    for (const record of records) put(record);
  };

  return {
    add: put,
    ofCase: (caseId) => byCase.get(caseId) ?? [],
    since: (fromMs) => [...[...byCase.values()].flat(), ...shared].filter(({ at }) => at >= fromMs),
    sharedSince: (fromMs) => shared.filter(({ at }) => at >= fromMs),
    openBreakers: breakers.open,
    lostSince: gaps.since,
    sync: sharedReading(async () => {
      const { next } = await lab.wire.records(Number.MAX_SAFE_INTEGER);
      await waitFor(
        () => {
          if (lost)
            throw new HarnessError({ code: 'lab-lost', message: "the wire's record stream broke off", cause: lost });
          return arrived >= next ? true : undefined;
        },
        {
          what: "the wire's records to arrive",
          deadlineMs: SYNC_MS,
          everyMs: 2,
          lastSeen: () => `${arrived} of ${next}`,
        },
      );
      await readParts();
    }),
    forget(caseId, beforeMs) {
      byCase.delete(caseId);
      shared = shared.filter(({ at }) => at >= beforeMs);
      for (const [id, records] of byCase) if (records.every(({ at }) => at < beforeMs)) byCase.delete(id);
    },
    async close() {
      stop.abort();
      await streaming;
    },
  };
}

/** What services said of their breakers last; a process that starts anew has them closed. */
function breakerBook() {
  const states = new Map<string, { readonly service: string; readonly edge: string; readonly state: string }>();
  return {
    see(record: HistoryRecord) {
      if (record.type === 'process' && record.event === 'started') {
        for (const [name, { service }] of states) if (service === record.part) states.delete(name);
      } else if (record.type === 'service-event' && record.event === 'breaker') {
        const { service, detail } = record;
        const [edge, state] = [String(detail.edge), String(detail.state)];
        states.set(`${service} ${edge}`, { service, edge, state });
      }
    },
    open: () =>
      [...states.values()]
        .filter(({ state }) => state !== 'closed')
        .map(({ service, edge, state }) => ({ name: `${service} for ${edge}`, state })),
  };
}

/** Gaps by the time they were noticed, which is after what is missing happened. Those that follow each other closely are one. */
function gapBook() {
  const gaps: { readonly from: number; at: number; count: number }[] = [];
  return {
    add(count: number) {
      if (!(count > 0)) return;
      const at = systemClock.now();
      const last = gaps.at(-1);
      if (last === undefined || at - last.from > ONE_GAP_MS) gaps.push({ from: at, at, count });
      else Object.assign(last, { at, count: last.count + count });
    },
    since: (fromMs: number) => gaps.reduce((sum, { at, count }) => (at >= fromMs ? sum + count : sum), 0),
  };
}
