/** After a case: the lab is proven to be as good as new, by traffic and by looking; what is not is named, and the lab rebuilt. */
import { unbalanced } from '../checks/index.ts';
import { edgeId, HarnessError, seededRandom, systemClock, type Verdict, waitFor, worstOf } from '../core/index.ts';
import type { Experiment } from './define.ts';
import { findUnhealed, rebuild } from './heal.ts';
import { untilQuiet } from './quiescence.ts';
import { newCaseId } from './run-case.ts';
import type { Session } from './session.ts';
import { workloadContext } from './workload.ts';

const PULSE_MS = 15_000;
/** How long what comes back by itself may take once probe traffic has succeeded. */
const BACK_MS = 8_000;
const LOOK_EVERY_MS = 50;
const MOST_ROWS = 20;
/** Clients of brokers and of Redis hold on to their connections; those of others let go of what is idle. */
const KEPT: readonly string[] = ['kafka', 'redis'];
const AS_IT_SHOULD_BE: LabBefore = { open: [], connected: [] };
const nothing = async () => undefined;

export interface Patient {
  readonly session: Session;
  readonly experiment: Experiment;
  readonly signal: AbortSignal;
  /** How it was before the case. Default: as it should be. */
  readonly before?: LabBefore;
  /** When that began after which the lab is made whole (epoch ms): once it is, what is older is read no more. */
  readonly since?: number;
}

/** What is not expected back, and what is. */
export interface LabBefore {
  /** Breakers that were not closed, by name. */
  readonly open: readonly string[];
  /** Edges on which callers keep a connection for good, and had one. */
  readonly connected: readonly string[];
}

export async function lookBefore({ lab, feed }: Session): Promise<LabBefore> {
  const kept = new Set(lab.topology.edges.filter(({ protocol }) => KEPT.includes(protocol)).map(edgeId));
  const edges = kept.size === 0 ? [] : await lab.wire.edges();
  const connected = edges.filter(({ id, connections }) => connections > 0 && kept.has(id)).map(({ id }) => id);
  return { open: feed.openBreakers().map(({ name }) => name), connected };
}

/**
 * Names what is not back after a case: faults, processes, readiness, connections, breakers, consumer lag, outboxes, sagas, the sums of the
 * ledger. With anything but the last, the lab is rebuilt; what will never be done is given up, so that the next case does not suffer.
 */
export async function makeWhole(
  patient: Patient,
  verdicts: readonly Verdict[],
  unhealed: readonly string[] = [],
): Promise<readonly string[]> {
  const { session, signal, since = 0 } = patient;
  const found = [...unhealed];
  // The run is at its end: whoever uses this lab next looks whether it is whole.
  if (signal.aborted) return found;
  if (worstOf(verdicts.map(({ status }) => status)) !== 'pass') found.push('the case did not come to rest');
  if (found.length === 0) found.push(...(await findAway(patient)));
  if (found.length === 0) {
    const disagreeing = await tellTables(session);
    // It is at rest, and its tables were told. The last experiment stays in sight: a late effect of it belongs to something that is there.
    session.reader.beginAt(since);
    return disagreeing;
  }
  await mend(patient);
  return found;
}

/** What traffic and looking show not to be back. */
async function findAway(patient: Patient): Promise<readonly string[]> {
  if (!(await pulse(patient))) return [`probe traffic did not succeed within ${PULSE_MS} ms of the heal`];
  const { experiment, signal } = patient;
  let found: readonly string[] = [];
  const look = async () => {
    found = await lookAround(patient);
    // A breaker closes only under traffic.
    if (found.length > 0 && experiment.pulse) await pulse(patient);
    return found.length === 0 ? true : undefined;
  };
  const wait = { what: 'everything to be back', deadlineMs: BACK_MS, everyMs: LOOK_EVERY_MS, signal };
  await waitFor(look, wait).catch((cause) => {
    if (signal.aborted || found.length === 0) throw cause;
  });
  return found.length > 0 ? found : await findPending(patient);
}

async function lookAround({ session, before = AS_IT_SHOULD_BE }: Patient): Promise<readonly string[]> {
  const { lab, feed } = session;
  const [unhealed, unready, edges] = await Promise.all([
    findUnhealed(lab),
    lab.parts.unready(),
    lab.wire.edges(),
    feed.sync(),
  ]);
  const counts = new Map(edges.map(({ id, connections }) => [id, connections]));
  return [
    ...unhealed,
    ...unready.map(({ part, saw }) => `${part} is not ready: ${saw}`),
    ...before.connected.filter((edge) => counts.get(edge) === 0).map((edge) => `nobody is connected on ${edge}`),
    ...feed
      .openBreakers()
      .filter(({ name }) => !before.open.includes(name))
      .map(({ name, state }) => `the breaker of ${name} is ${state}`),
  ];
}

/** Lag, outboxes, sagas, calls under way: of everybody, not of one case. */
async function findPending({ session, experiment, signal }: Patient): Promise<readonly string[]> {
  const { lab, reader, offsets, seed } = session;
  const caseId = newCaseId(experiment.slug, 'rest', seed);
  const seen = async () => [];
  const startedAt = systemClock.now();
  const all = { lab, reader, offsets, caseId, of: 'all', seen, deadlineMs: PULSE_MS, signal, startedAt } as const;
  const { quiet, pending } = await untilQuiet(all);
  return quiet ? [] : pending.slice(0, MOST_ROWS);
}

async function mend(patient: Patient): Promise<void> {
  const { session } = patient;
  await rebuild(session.lab);
  await pulse(patient);
  const left = await findUnhealed(session.lab);
  if (left.length > 0) {
    throw new HarnessError({
      code: 'part-failed',
      message: `the lab could not be made whole after ${patient.experiment.slug}: ${left.join('; ')}`,
      hint: 'Look at the log of the part in the folder of the run, and run again.',
    });
  }
  // What is not done by now is lost for good: the next case must not wait for it.
  await session.reader.giveUp();
  // Stand-ins of the outside world remember nothing of what was before.
  session.reader.beginAt(systemClock.now());
}

/** Entities whose entries do not add up. No rebuild brings them back: they are told once, and looked at no more. */
async function tellTables({ lab, reader }: Session): Promise<readonly string[]> {
  const { ledger } = lab.topology;
  if (!ledger) return [];
  const broken = [...unbalanced(ledger, await reader.read())].filter(([entity]) => !reader.isGivenUp({ entity }));
  for (const [entity] of broken) reader.giveUpOn(entity);
  return broken.slice(0, MOST_ROWS).map(([, [sentence]]) => `the tables disagree: ${sentence}`);
}

async function pulse({ session, experiment, signal }: Patient): Promise<boolean> {
  if (!experiment.pulse) return true;
  const { lab, feed, reader, offsets, seed } = session;
  const startedAt = systemClock.now();
  const caseId = newCaseId(experiment.slug, 'pulse', seed);
  const random = seededRandom(seed).fork(`${experiment.slug}/pulse/${caseId}`);
  const parts = { lab, feed, reader, caseId, random, signal, inject: nothing, heal: nothing };
  const context = workloadContext({ ...parts, kind: 'pulse' });
  const { pulse: once } = experiment;
  const succeeded = await context.until('probe traffic to succeed', () => once(context), PULSE_MS);
  // What it set going ends before the next case begins: else its last effects would count as effects for something that does not exist.
  const { seen } = context;
  const quiet = { lab, reader, offsets, caseId, of: 'case', seen, deadlineMs: PULSE_MS, signal, startedAt } as const;
  if (succeeded) await untilQuiet(quiet);
  feed.forget(caseId, 0);
  return succeeded;
}
