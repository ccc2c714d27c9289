/** One load from start to verdict: warm-up, k6 with faults in its middle third, quiet, the ledger of everything it made. */
import { join, relative } from 'node:path';
import {
  type CheckSpec,
  type HistoryRecord,
  type LoadResult,
  messageOf,
  seededRandom,
  systemClock,
  type Verdict,
  worstOf,
} from '../core/index.ts';
import {
  faultsOf,
  findUnhealed,
  newCaseId,
  openSession,
  planFaults,
  type Session,
  STEADY_CHECKS,
  workloadContext,
} from '../experiment/index.ts';
import { EMPTY_STATE, writeHistory } from '../history/index.ts';
import { type Driven, drive } from './drive.ts';
import { loadEnvironment } from './environment.ts';
import { figuresOf, type LoadFigures, summaryOf } from './figures.ts';
import { type Gathered, gatherer } from './gathered.ts';
import { judgeEnd, judgeFaults, judgeRecord, judgeThresholds } from './judge-load.ts';
import { judgeMade } from './judge-made.ts';
import { boundedFeed } from './kept-records.ts';
import { wirePidOf } from './memory.ts';
import type { LoadOptions } from './options.ts';
import { phaseOf } from './phase.ts';
import { planLoadChecks } from './plan-checks.ts';
import { openPoints } from './points-file.ts';
import { type Settled, settle } from './settle.ts';

const WARM_UP_MS = 20_000;

/**
 * Runs it in a lab that is up. What the system did is data, a load that broke off as well (`engine.end`); only trouble of the harness
 * throws. Ctrl-C (`signal`) ends k6 in good order, and what there is by then is judged.
 */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { lab, runFolder, seed, found } = options;
  const { name, door } = found.scenario;
  const caseId = newCaseId(`load-${name}`, 'case', seed);
  const withFaults = options.with !== undefined;
  const gathered = gatherer(caseId, lab.topology, door, withFaults, await wirePidOf(lab));
  const planned = await planLoadChecks(checksOf(options), lab.topology);
  let warm = false;
  const feed = boundedFeed(options.with, planned, gathered, (record) => warm && gathered.calls.add(record));
  const session = await openSession({ lab, runFolder, seed, feed });
  try {
    await warmUp(session, options);
    warm = true;
    return await loadInSession(session, options, gathered);
  } finally {
    await session.feed.close();
  }
}

/** What is cold is not what is measured. Its orders belong to another case; a warm-up that fails is shown by the load itself. */
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

/** Those of any healthy system, or of the scenario, and those of the experiment whose faults are on. */
function checksOf({ found, with: experiment }: LoadOptions): readonly CheckSpec[] {
  return [...(found.scenario.checks ?? STEADY_CHECKS), ...(experiment?.checks ?? [])];
}

async function loadInSession(session: Session, options: LoadOptions, gathered: Gathered): Promise<LoadResult> {
  const { lab, signal, durationMs } = options;
  const startedAt = systemClock.now();
  const points = join('load', `${options.found.scenario.name}.points.ndjson`);
  const active = faultsOf(
    lab,
    session.feed,
    gathered.caseId,
    await planFaults(options.with?.faults ?? [], lab.topology, { runtime: lab.descriptor.runtime }),
  );
  const notHealed: string[] = [];
  const heal = () =>
    active.heal().catch((cause) => void notHealed.push(`a fault could not be taken back: ${messageOf(cause)}`));
  const driven = await driveAndWrite(options, gathered, { points, inject: active.inject, heal });
  const settled = await settle(session, { durationMs, startedAt, signal }, gathered);
  if (settled.trouble) notHealed.push(settled.trouble);
  if (options.with) notHealed.push(...(await findUnhealed(lab)));
  const faults = gathered.times.injectedAt === undefined ? [] : await active.evidence();
  await session.feed.sync();
  const history = [...session.feed.since(startedAt)].sort((a, b) => a.at - b.at);
  const figures = figuresOf({ target: options.found.scenario.target, thresholds: options.thresholds }, gathered);
  const lostRecords = session.feed.lostSince(startedAt);
  const facts = [
    ...judgeEnd(driven, figures.phases[0]?.requests ?? 0, signal.aborted),
    ...judgeThresholds(figures.thresholds),
    ...(options.with ? judgeFaults(faults) : []),
    ...settled.verdicts,
    ...judgeRecord(lostRecords),
  ];
  const { state, afterMs: quietAfterMs } = settled;
  const { caseId } = gathered;
  const judged = { checks: checksOf(options), caps: options.found.scenario.caps ?? [], lostRecords };
  const read = { topology: lab.topology, caseId, history, faults, quietAfterMs };
  const pointsFile = join(options.runFolder, points);
  // Where there was no time to read the ledger (Ctrl-C) nothing can be said of what was made.
  const made = state && (await judgeMade({ ...judged, ...read, state, pointsFile }));
  const verdicts = [...facts, ...(made?.verdicts ?? [])];
  return {
    ...describe(options, gathered, driven),
    ...figures,
    startedAt: gathered.tally.startedAt ?? startedAt,
    endedAt: systemClock.now(),
    faults,
    quietAfterMs,
    state: summaryOf(settled.state),
    history: await saveHistory(options, gathered, history, settled),
    points,
    notHealed,
    verdicts,
    ...(made && made.notJudged.length > 0 ? { notJudged: made.notJudged } : {}),
    ...(made ? { judged: { ...judged, at: facts.length } } : {}),
    ...verdictOf(verdicts),
  };
}

interface DriveParts {
  readonly points: string;
  readonly inject: () => Promise<void>;
  readonly heal: () => Promise<void>;
}

/** The load itself: every point is counted and written to disk, none is kept. */
async function driveAndWrite(options: LoadOptions, gathered: Gathered, parts: DriveParts): Promise<Driven> {
  const { found, processes, durationMs, signal } = options;
  const { times, tally } = gathered;
  const writer = await openPoints(join(options.runFolder, parts.points));
  const environment = await loadEnvironment(options, gathered.caseId);
  try {
    return await drive({
      job: { k6: options.k6.path, script: found.file, environment },
      processes,
      durationMs,
      signal,
      onPoint(point) {
        tally.add(point);
        writer.add(point);
      },
      async inject() {
        if (!options.with) return;
        times.injectedAt = systemClock.now();
        await parts.inject();
      },
      async heal() {
        if (times.injectedAt === undefined || times.healedAt !== undefined) return;
        await parts.heal();
        times.healedAt = systemClock.now();
      },
      onTick: () => tick(options, gathered),
    });
  } finally {
    await writer.close();
  }
}

function tick({ onProgress }: LoadOptions, gathered: Gathered): void {
  const now = systemClock.now();
  const { tally, times, memory } = gathered;
  memory.sample(now - (tally.startedAt ?? now));
  onProgress?.({ atMs: now - (tally.startedAt ?? now), phase: phaseOf(now, now, times), ...tally.sinceLast() });
}

async function saveHistory(
  { lab, runFolder, seed }: LoadOptions,
  { caseId }: Gathered,
  history: readonly HistoryRecord[],
  { state = EMPTY_STATE }: Settled,
): Promise<string> {
  const file = join('history', `${caseId}.ndjson`);
  const header = { case: caseId, run: lab.descriptor.run, topology: lab.topology.name, seed };
  await writeHistory(join(runFolder, file), header, history, state);
  return file;
}

function verdictOf(verdicts: readonly Verdict[]): Pick<LoadResult, 'verdict' | 'reason'> {
  const verdict = worstOf(verdicts.map(({ status }) => status));
  const worst = verdicts.find(({ status }) => status === verdict && status !== 'pass');
  return { verdict, ...(worst?.reason ? { reason: worst.reason } : {}) };
}

type Described = Omit<
  LoadResult,
  | keyof LoadFigures
  | 'startedAt'
  | 'endedAt'
  | 'faults'
  | 'quietAfterMs'
  | 'state'
  | 'history'
  | 'points'
  | 'notHealed'
  | 'verdicts'
  | 'notJudged'
  | 'judged'
  | 'verdict'
>;

function describe(options: LoadOptions, gathered: Gathered, { exitCode, end, said }: Driven): Described {
  const { found, k6, processes, seed, rate, durationMs, repeat, root } = options;
  const { name: scenario, description } = found.scenario;
  return {
    scenario,
    description,
    file: relative(root, found.file),
    caseId: gathered.caseId,
    seed,
    rate,
    durationMs,
    ...(options.with ? { with: { name: options.with.name, slug: options.with.slug } } : {}),
    engine: { name: 'k6', version: k6.version, processes, exitCode, end, ...(said ? { said } : {}) },
    memory: gathered.memory.result(),
    repeat,
  };
}
