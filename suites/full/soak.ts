/** One lab for long: scoped cases and experiments that run alone by turns, the heal proven after each, and what the lab holds looked at. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fitsRuntime } from '../../harness/cli/fit-runtime.ts';
import { type CaseResult, systemClock } from '../../harness/core/index.ts';
import { loadExperiments, type Session } from '../../harness/experiment/index.ts';
import { aloneRound } from './alone.ts';
import type { Budget } from './budget.ts';
import { inLab } from './lab.ts';
import { lookAtLab, processesOf } from './leftovers.ts';
import { casesOf, type Progress, type SoakedLab } from './progress.ts';
import { type RoundMeans, scopedRound } from './scoped.ts';

const ROOT = join(import.meta.dirname, '../..');
const TOPOLOGY = 'shop-small';
/** Of one round: the shares in which both are wanted. */
const SCOPED = 100;
const ALONE = 10;
/** Sentences, and histories, that are kept. */
const MOST_KEPT = 200;

export interface SoakWish {
  readonly scoped: number;
  readonly alone: number;
  /** Cases in one lab. */
  readonly soak: number;
  /** Of this run, at most. */
  readonly cases: number;
}

export async function measureSoak({ found, save }: Progress, wanted: SoakWish, budget: Budget): Promise<void> {
  const longest = () => Math.max(0, ...found.soak.map(casesOf));
  const isDone = () => found.scoped.of >= wanted.scoped && found.alone.of >= wanted.alone && longest() >= wanted.soak;
  if (isDone() || budget.isOver()) return;
  const all = await loadExperiments(join(ROOT, 'suites/chaos'), ROOT);
  const ours = all.filter(({ topologies }) => topologies?.includes(TOPOLOGY));
  const soaked: SoakedLab = { clean: 0, faulty: 0, tookMs: 0, rebuilt: 0, notHealed: [], looks: [], left: [] };
  let run = '';
  await inLab(TOPOLOGY, async (session) => {
    found.soak.push(soaked);
    run = session.lab.descriptor.run;
    // What only the container engine can do is left to labs of containers.
    const fits = await Promise.all(ours.map((one) => fitsRuntime(one, session.lab.descriptor.runtime)));
    const experiments = ours.filter((_, index) => fits[index]);
    const isOver = () => isDone() || budget.isOver() || casesOf(soaked) >= wanted.cases;
    const means = { session, experiments, found, budget: { ...budget, isOver }, note: noteIn(soaked, session) };
    while (!isOver()) {
      await oneRound(means, soaked);
      await save();
      const { notHealed, tookMs } = soaked;
      const each = Math.round(tookMs / casesOf(soaked));
      budget.say(`  ${casesOf(soaked)} cases in this lab, ${each} ms each; not back by itself: ${notHealed.length}`);
    }
  });
  soaked.left.push(...processesOf(run));
  await save();
}

async function oneRound(means: RoundMeans, soaked: SoakedLab): Promise<void> {
  const { session } = means;
  const startedAt = systemClock.now();
  await scopedRound(means, SCOPED);
  await aloneRound(means, ALONE);
  soaked.tookMs += Math.round(systemClock.now() - startedAt);
  soaked.looks.push({ cases: casesOf(soaked), ...(await lookAtLab(session.lab)) });
  await rm(join(session.runFolder, 'history'), { recursive: true, force: true });
  await mkdir(join(session.runFolder, 'history'));
}

function noteIn(soaked: SoakedLab, session: Session): RoundMeans['note'] {
  return async (result, of) => {
    if (result.kind === 'control') soaked.clean++;
    else soaked.faulty++;
    if (result.notHealed.length > 0) soaked.rebuilt++;
    for (const what of result.notHealed)
      if (soaked.notHealed.length < MOST_KEPT) soaked.notHealed.push(`${of}: ${what}`);
    if (result.verdict !== 'pass') await keepHistory(session, result);
  };
}

/** Of a case that was not green: somebody will want to see it. */
async function keepHistory({ runFolder }: Session, { history, id }: CaseResult): Promise<void> {
  const folder = join(ROOT, 'reports/runs/full-not-green');
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length >= MOST_KEPT) return;
  await rename(join(runFolder, history), join(folder, `${id}.ndjson`)).catch(() => undefined);
}
