/** After a load: quiet of the whole system, read gently, since its state has thousands of rows. */
import { type FinalState, LIMITS, messageOf, systemClock, type Verdict } from '../core/index.ts';
import { type Session, untilQuiet } from '../experiment/index.ts';
import type { Gathered } from './gathered.ts';

export interface Settled {
  /** Absent where there was no time to read it (Ctrl-C). */
  readonly state?: FinalState;
  /** ms from the last answer, or the last heal where that was later. */
  readonly afterMs: number;
  readonly verdicts: readonly Verdict[];
  /** Why the state could not be read, one sentence: a problem of the harness. */
  readonly trouble?: string;
}

export interface SettleOptions {
  readonly durationMs: number;
  /** When the load began, epoch ms. */
  readonly startedAt: number;
  readonly signal: AbortSignal;
}

const LOOK_EVERY_MS = 250;
/** After Ctrl-C the system gets so long to come to rest. */
const HASTE_MS = 3_000;

/** A system that was driven beyond what it can do gets as long again as the load took. */
export async function settle(session: Session, options: SettleOptions, gathered: Gathered): Promise<Settled> {
  return settled(session, options, gathered).catch((cause): Settled => {
    // What the load measured is not lost for it.
    const trouble = `the state after the load could not be read: ${messageOf(cause)}`;
    const verdict = {
      check: 'quiescence',
      status: 'unknown',
      reason: 'no-data',
      summary: trouble,
      evidence: [],
    } as const;
    return { afterMs: 0, verdicts: [verdict], trouble };
  });
}

async function settled(session: Session, options: SettleOptions, gathered: Gathered): Promise<Settled> {
  const { lab, reader, offsets } = session;
  const { durationMs, startedAt, signal } = options;
  const hurried = signal.aborted;
  const fromMs = Math.max(gathered.times.healedAt ?? 0, gathered.tally.endedAt ?? systemClock.now());
  const quiet = await untilQuiet({
    lab,
    reader,
    offsets,
    startedAt,
    caseId: gathered.caseId,
    of: 'all',
    seen: async () => [],
    deadlineMs: hurried ? HASTE_MS : Math.max(LIMITS.quiescenceMs, durationMs),
    signal: hurried ? new AbortController().signal : signal,
    everyMs: LOOK_EVERY_MS,
  }).catch((cause) => {
    if (signal.aborted) return undefined;
    throw cause;
  });
  const afterMs = Math.max(0, systemClock.now() - fromMs);
  if (quiet === undefined || (hurried && !quiet.quiet)) return { afterMs, verdicts: [] };
  const base = { check: 'quiescence', evidence: quiet.pending.slice(0, 20) };
  const waited = `${Math.round(quiet.waitedMs)} ms after the load`;
  const verdict: Verdict = quiet.quiet
    ? { ...base, status: 'pass', summary: `quiet ${waited}` }
    : { ...base, status: 'fail', reason: 'stuck', summary: `work was still pending ${waited}, every fault healed` };
  return { state: quiet.state, afterMs, verdicts: [verdict] };
}
