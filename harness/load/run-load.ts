/** One load from start to verdict: warm-up, k6 with faults in its middle third, quiet, the ledger of everything it made. */
import { basename, join } from 'node:path';
import {
  type FinalState,
  type Lab,
  LIMITS,
  type LoadPhaseName,
  type LoadResult,
  type LoadThreshold,
  messageOf,
  seededRandom,
  systemClock,
  type Verdict,
  worstOf,
} from '../core/index.ts';
import {
  type Experiment,
  faultsOf,
  findUnhealed,
  newCaseId,
  openSession,
  planFaults,
  type Session,
  STEADY_CHECKS,
  untilQuiet,
  workloadContext,
} from '../experiment/index.ts';
import { EMPTY_STATE, writeHistory } from '../history/index.ts';
import { type AmplificationCounter, amplificationCounter } from './amplification.ts';
import { type Driven, drive } from './drive.ts';
import { loadEnvironment } from './environment.ts';
import { judgeCaps, judgeEnd, judgeFaults, judgeLedger, judgeThresholds } from './judge-load.ts';
import { phaseOf } from './phase.ts';
import { openPoints, readAccepted } from './points-file.ts';
import { recoveryOf } from './recovery.ts';
import type { FoundScenario } from './scenario.ts';
import { type LoadTally, loadTally } from './tally.ts';
import { judgeThreshold, type Threshold } from './threshold.ts';

export interface LoadOptions {
  readonly lab: Lab;
  readonly runFolder: string;
  readonly found: FoundScenario;
  /** The k6 binary and its version. */
  readonly k6: { readonly path: string; readonly version: string };
  readonly seed: number;
  readonly rate: number;
  readonly durationMs: number;
  /** Its faults are on in the middle third. */
  readonly with?: Experiment;
  readonly thresholds: readonly (Threshold & { readonly by: LoadThreshold['by'] })[];
  readonly processes: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** The command that repeats it. */
  readonly repeat: string;
  /** Origin that k6 uses instead of the wire's listener: for measuring what the harness itself costs. */
  readonly origin?: string;
}

export interface LoadProgress {
  readonly atMs: number;
  readonly phase: LoadPhaseName;
  readonly requests: number;
  readonly errors: number;
  readonly p50?: number;
  readonly p95?: number;
}

/** Records kept of one load: enough to see what the faults did, however long it is. */
const MOST_RECORDS = 20_000;
const LOOK_EVERY_MS = 250;
const WARM_UP_MS = 20_000;
/** After Ctrl-C the system gets so long to come to rest. */
const HASTE_MS = 3_000;

interface Times {
  injectedAt: number | undefined;
  healedAt: number | undefined;
}

/** Everything a load gathers while it runs. */
interface Gathered {
  readonly caseId: string;
  readonly times: Times;
  readonly tally: LoadTally;
  readonly calls: AmplificationCounter;
  readonly memory: { readonly startBytes: number; peakBytes: number };
}

export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { lab, runFolder, seed, found } = options;
  const withFaults = options.with !== undefined;
  const times: Times = { injectedAt: undefined, healedAt: undefined };
  const rss = process.memoryUsage.rss();
  const gathered: Gathered = {
    caseId: newCaseId(`load-${found.scenario.name}`, 'case', seed),
    times,
    tally: loadTally(() => times, withFaults),
    calls: amplificationCounter(lab.topology, found.scenario.door, () => times, withFaults),
    memory: { startBytes: rss, peakBytes: rss },
  };
  const targets = new Set(options.with?.faults.map(({ target }) => target));
  let counting = false;
  const session = await openSession({
    lab,
    runFolder,
    seed,
    feed: {
      onRecord: (record) => counting && gathered.calls.add(record),
      keep: (record) =>
        record.type === 'fault' ||
        record.type === 'process' ||
        record.type === 'service-event' ||
        ('edge' in record && targets.has(record.edge) && times.injectedAt !== undefined),
      most: MOST_RECORDS,
    },
  });
  try {
    await warmUp(session, options);
    counting = true;
    return await loadInSession(session, options, gathered);
  } finally {
    await session.feed.close();
  }
}

/** What is not warm is not what is measured. Its orders belong to another case; a warm-up that fails is shown by the load itself. */
async function warmUp(session: Session, { found, seed, signal }: LoadOptions): Promise<void> {
  const { warmUp: once, name } = found.scenario;
  if (!once) return;
  const caseId = newCaseId(`load-${name}`, 'warm-up', seed);
  const nothing = async () => undefined;
  const context = workloadContext({
    ...session,
    caseId,
    kind: 'pulse',
    random: seededRandom(seed).fork(`load-${name}/warm-up`),
    signal,
    inject: nothing,
    heal: nothing,
  });
  await once(context);
  await context.settled({ deadlineMs: WARM_UP_MS });
  session.feed.forget(caseId, 0);
}

async function loadInSession(session: Session, options: LoadOptions, gathered: Gathered): Promise<LoadResult> {
  const { lab, found, signal } = options;
  const { caseId, times, tally } = gathered;
  const points = join('load', `${found.scenario.name}.points.ndjson`);
  const writer = await openPoints(join(options.runFolder, points));
  const active = faultsOf(lab, session.feed, caseId, await planFaults(options.with?.faults ?? [], lab.topology));
  const notHealed: string[] = [];
  const startedAt = systemClock.now();
  const driven = await drive({
    job: { k6: options.k6.path, script: found.file, environment: await loadEnvironment(options, caseId) },
    processes: options.processes,
    durationMs: options.durationMs,
    signal,
    onPoint(point) {
      tally.add(point);
      writer.add(point);
    },
    async inject() {
      if (!options.with) return;
      times.injectedAt = systemClock.now();
      await active.inject();
    },
    async heal() {
      if (times.injectedAt === undefined || times.healedAt !== undefined) return;
      await active.heal().catch((cause) => void notHealed.push(`a fault could not be taken back: ${messageOf(cause)}`));
      times.healedAt = systemClock.now();
    },
    onTick: () => tick(options, gathered, startedAt),
  });
  await writer.close();
  const quiet = await settle(session, options, gathered, startedAt);
  if (options.with) notHealed.push(...(await findUnhealed(lab)));
  const faults = times.injectedAt === undefined ? [] : await active.evidence();
  await session.feed.sync();
  const history = [...session.feed.since(startedAt)].sort((a, b) => a.at - b.at);
  const historyFile = join('history', `${caseId}.ndjson`);
  const header = { case: caseId, run: lab.descriptor.run, topology: lab.topology.name, seed: options.seed };
  await writeHistory(join(options.runFolder, historyFile), header, history, quiet.state ?? EMPTY_STATE);
  const figures = figuresOf(options, gathered);
  const ledger =
    quiet.state === undefined
      ? []
      : await judgeLedger(found.scenario.checks ?? STEADY_CHECKS, {
          topology: lab.topology,
          caseId,
          history,
          accepted: await readAccepted(join(options.runFolder, points)),
          state: quiet.state,
          faults,
          quietAfterMs: quiet.afterMs,
        });
  const verdicts: readonly Verdict[] = [
    ...judgeEnd(driven, figures.phases[0]?.requests ?? 0, signal.aborted),
    ...judgeThresholds(figures.thresholds),
    ...(options.with ? judgeFaults(faults) : []),
    ...quiet.verdicts,
    ...ledger,
    ...(quiet.state ? judgeCaps(found.scenario.caps ?? [], quiet.state) : []),
  ];
  const verdict = worstOf(verdicts.map(({ status }) => status));
  const worst = verdicts.find(({ status }) => status === verdict && status !== 'pass');
  return {
    ...describe(options, gathered, driven),
    ...figures,
    startedAt,
    endedAt: systemClock.now(),
    faults,
    quietAfterMs: quiet.afterMs,
    state: summaryOf(quiet.state),
    history: historyFile,
    points,
    notHealed,
    verdicts,
    verdict,
    ...(worst?.reason ? { reason: worst.reason } : {}),
  };
}

function tick({ onProgress }: LoadOptions, gathered: Gathered, startedAt: number): void {
  const now = systemClock.now();
  gathered.memory.peakBytes = Math.max(gathered.memory.peakBytes, process.memoryUsage.rss());
  onProgress?.({
    atMs: now - (gathered.tally.startedAt ?? startedAt),
    phase: phaseOf(now, now, gathered.times),
    ...gathered.tally.sinceLast(),
  });
}

interface Settled {
  /** Absent where there was no time to read it (Ctrl-C). */
  readonly state?: FinalState;
  readonly afterMs: number;
  readonly verdicts: readonly Verdict[];
}

/** Quiet of the whole lab. A system that was driven beyond what it can do gets as long again as the load took. */
async function settle(session: Session, options: LoadOptions, gathered: Gathered, startedAt: number): Promise<Settled> {
  const { lab, reader, offsets } = session;
  const hurried = options.signal.aborted;
  const fromMs = Math.max(gathered.times.healedAt ?? 0, gathered.tally.endedAt ?? systemClock.now());
  const quiet = await untilQuiet({
    lab,
    reader,
    offsets,
    caseId: gathered.caseId,
    of: 'all',
    seen: async () => [],
    deadlineMs: hurried ? HASTE_MS : Math.max(LIMITS.quiescenceMs, options.durationMs),
    signal: hurried ? new AbortController().signal : options.signal,
    startedAt,
    everyMs: LOOK_EVERY_MS,
  }).catch((cause) => {
    if (options.signal.aborted) return undefined;
    throw cause;
  });
  const afterMs = Math.max(0, systemClock.now() - fromMs);
  if (quiet === undefined || (hurried && !quiet.quiet)) return { afterMs, verdicts: [] };
  const base = { check: 'quiescence', evidence: quiet.pending.slice(0, 20) };
  const waited = `${Math.round(quiet.waitedMs)} ms after the load`;
  return {
    state: quiet.state,
    afterMs,
    verdicts: [
      quiet.quiet
        ? { ...base, status: 'pass', summary: `quiet ${waited}` }
        : { ...base, status: 'fail', reason: 'stuck', summary: `work was still pending ${waited}, every fault healed` },
    ],
  };
}

function figuresOf(options: LoadOptions, { tally, times, calls }: Gathered) {
  const phases = tally.phases();
  const series = tally.series();
  const [all] = phases;
  const target = options.found.scenario.target ?? 0.99;
  const allowed = (1 - target) * (all?.requests ?? 0);
  const budget = { target, errors: all?.errors ?? 0, allowed, used: allowed > 0 ? (all?.errors ?? 0) / allowed : 0 };
  const before = phases.find(({ phase }) => phase === 'before');
  const healedMs = times.healedAt === undefined ? undefined : times.healedAt - (tally.startedAt ?? times.healedAt);
  const recovery = healedMs === undefined ? undefined : recoveryOf(before, series, healedMs);
  const measured = { phases, recoveryMs: recovery?.tookMs, dropped: tally.dropped, budgetUsed: budget.used };
  const thresholds = options.thresholds.map((threshold) => judgeThreshold(threshold, threshold.by, measured));
  return { phases, series, thresholds, budget, amplification: calls.result(), ...(recovery ? { recovery } : {}) };
}

function describe(options: LoadOptions, { caseId, tally, memory }: Gathered, driven: Driven) {
  const { found, k6, processes, seed, rate, durationMs, repeat } = options;
  const { exitCode, end, said } = driven;
  const engine = { name: 'k6' as const, version: k6.version, processes, exitCode, end, ...(said ? { said } : {}) };
  return {
    scenario: found.scenario.name,
    description: found.scenario.description,
    file: basename(found.file),
    caseId,
    seed,
    rate,
    durationMs,
    ...(options.with ? { with: { name: options.with.name, slug: options.with.slug } } : {}),
    engine,
    accepted: tally.accepted,
    dropped: tally.dropped,
    memory: { ...memory, peakBytes: Math.max(memory.peakBytes, process.memoryUsage.rss()) },
    repeat,
  };
}

function summaryOf(state: FinalState | undefined): LoadResult['state'] {
  const byState: Record<string, number> = {};
  const sums: Record<string, number> = {};
  for (const { state: name } of state?.entities ?? []) byState[name] = (byState[name] ?? 0) + 1;
  for (const { kind, amount } of state?.entries ?? []) sums[kind] = (sums[kind] ?? 0) + amount;
  return { entities: state?.entities.length ?? 0, byState, sums };
}
