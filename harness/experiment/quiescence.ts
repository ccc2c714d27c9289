/** Quiet after the workload: nothing in flight, nothing pending, every record consumed. Waited for, never slept for. */
import {
  type FinalState,
  type HistoryRecord,
  type IdleOperation,
  type Lab,
  systemClock,
  type Topology,
} from '../core/index.ts';
import type { Session } from './session.ts';
import { type StateReader, stateOfCase } from './state.ts';

export interface Quiet {
  readonly quiet: boolean;
  /** Of the case when `caseId` was given, else of all. */
  readonly state: FinalState;
  /** What was still going on at the deadline, one phrase each. */
  readonly pending: readonly string[];
  readonly waitedMs: number;
}

export interface QuietOptions {
  readonly lab: Lab;
  readonly reader: StateReader;
  readonly offsets: Session['offsets'];
  readonly caseId: string;
  /** `case`: only what belongs to the case must be done (other cases run beside it). `all`: the whole lab must be quiet. */
  readonly of: 'case' | 'all';
  /** Everything the case has on record up to the call (for `case`): each message must have been committed by every group of its topic. */
  readonly seen: () => Promise<readonly HistoryRecord[]>;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** When the case began, epoch ms. */
  readonly startedAt: number;
  /** Pause between two looks; a state of thousands of rows is not read more often than it must be. Default 15 ms. */
  readonly everyMs?: number;
}

const LOOK_EVERY_MS = 15;

/**
 * Looks until it is quiet or the deadline passes. One look = lag, state, lag again: the state counts when nobody was behind
 * before it was read and nothing was produced meanwhile, so that no effect slips through the gap. A look that finds lag
 * is over without asking the databases.
 */
export async function untilQuiet(options: QuietOptions): Promise<Quiet> {
  const startMs = systemClock.now();
  const waited = () => systemClock.now() - startMs;
  for (;;) {
    options.signal.throwIfAborted();
    const before = await lagOf(options);
    const isLast = waited() > options.deadlineMs;
    if (isLast || before.lagging.length === 0) {
      const look = await lookOnce(options, before);
      if (look.pending.length === 0) return { quiet: true, ...look, waitedMs: waited() };
      if (isLast) return { quiet: false, ...look, waitedMs: waited() };
    }
    await systemClock.delay(options.everyMs ?? LOOK_EVERY_MS, options.signal);
  }
}

async function lookOnce(
  options: QuietOptions,
  before: Lag,
): Promise<{ readonly state: FinalState; readonly pending: readonly string[] }> {
  const { lab, reader, caseId, of } = options;
  const all = await reader.read();
  const after = await lagOf(options);
  const found = stateOfCase(all, caseId, of === 'all' ? options.startedAt : undefined);
  // What was given up may still come to its end: a late effect of an earlier case is no effect of this one.
  const state = { ...found, entries: found.entries.filter(({ entity }) => !reader.isGivenUp({ entity })) };
  const pending = [...new Set([...before.lagging, ...after.lagging])];
  if (before.ends !== after.ends) pending.push('records were still being produced');
  const awaited = (row: { readonly entity: string | null; readonly what?: string }) => !reader.isGivenUp(row);
  const rows = of === 'all' ? all.pending.filter(awaited) : state.pending;
  for (const { what, entity } of rows.slice(0, 10)) pending.push(`${what}${entity ? ` of ${entity}` : ''}`);
  const terminal = lab.topology.ledger?.terminal ?? {};
  const unfinished = (of === 'all' ? all : state).entities.filter(
    (entity) => !(entity.state in terminal) && awaited(entity),
  );
  for (const { entity, state: at } of unfinished.slice(0, 10)) pending.push(`${entity} is still ${at}`);
  if (of === 'all') pending.push(...(await openExchanges(lab)));
  return { state, pending };
}

interface Lag {
  /** Who has not committed what, one phrase each. */
  readonly lagging: readonly string[];
  /** Grows with every record produced. */
  readonly ends: number;
}

async function lagOf({ lab, of, seen, offsets: readOffsets }: QuietOptions): Promise<Lag> {
  if (Object.keys(lab.topology.brokers).length === 0) return { lagging: [], ends: 0 };
  const records = of === 'case' ? await seen() : [];
  const offsets = await readOffsets();
  if (of === 'all') {
    const lagging = offsets
      .filter(({ end, committed }) => end > committed)
      .map(
        ({ group, topic, partition, end, committed }) =>
          `${group} is ${end - committed} behind on ${topic}/${partition}`,
      );
    return { lagging, ends: offsets.reduce((sum, { end }) => sum + end, 0) };
  }
  const produced = records.filter((record) => record.type === 'message' && record.action === 'produced');
  const lagging: string[] = [];
  for (const record of produced) {
    if (record.type !== 'message' || record.offset === undefined) continue;
    for (const { group, topic, partition, committed } of offsets) {
      if (topic === record.topic && partition === record.partition && committed <= record.offset) {
        lagging.push(`${group} has not committed ${topic}/${partition}@${record.offset}`);
      }
    }
  }
  return { lagging, ends: produced.length };
}

async function openExchanges(lab: Lab): Promise<string[]> {
  const open = await lab.wire.open();
  return open
    .filter(({ edge, operation }) => !isIdle(lab.topology, edge, operation))
    .map(({ edge, operation, sinceMs }) => `${operation} on ${edge} is open since ${Math.round(sinceMs)} ms`);
}

/** True for exchanges that go on although nobody asked for anything, as the topology declares. */
export function isIdle(topology: Topology, edge: string, operation: string): boolean {
  return topology.idle.some((idle) => fits(idle, edge, operation));
}

function fits(idle: IdleOperation, edge: string, operation: string): boolean {
  if (!matches(idle.edge, edge)) return false;
  return matches(idle.operation, operation);
}

function matches(pattern: string, text: string): boolean {
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : pattern === text;
}
