/** False alarms of cases that run beside each other: nothing is wrong with the shop, so none may be red. */
import type { CaseResult, Verdict } from '../../harness/core/index.ts';
import { type Experiment, runScopedCases, type Session } from '../../harness/experiment/index.ts';
import { scopedCases } from '../bench/scoped.ts';
import type { Budget } from './budget.ts';
import type { Found } from './progress.ts';

const AT_ONCE = 25;

export interface RoundMeans {
  readonly session: Session;
  readonly experiments: readonly Experiment[];
  readonly found: Found;
  readonly budget: Budget;
  /** Told of every case, clean ones included. */
  readonly note: (result: CaseResult, of: string) => Promise<void>;
}

/** A red verdict in one line. */
export function told({ check, summary, evidence }: Verdict): string {
  return `${check}: ${summary}${evidence.length > 0 ? ` (${evidence.slice(0, 3).join('; ').slice(0, 300)})` : ''}`;
}

/** `count` cases, each with a fault of its own. */
export async function scopedRound({ session, found, budget, note }: RoundMeans, count: number): Promise<void> {
  const { scoped } = found;
  const startedAt = performance.now();
  const experiments = scopedCases(`full-${scoped.of}`, count);
  const { cases, rerunAlone } = await runScopedCases(session, experiments, {
    signal: budget.signal,
    concurrency: AT_ONCE,
  });
  for (const [index, result] of cases.entries()) {
    const { verdict, verdicts } = result;
    scoped.of++;
    if (verdict === 'unknown') scoped.unknown++;
    const red = verdicts.find(({ status }) => status === 'fail');
    const name = experiments[index]?.name ?? '';
    if (red) scoped.falseAlarms.push(`${name}: ${told(red)}`);
    await note(result, name);
  }
  scoped.rerunAlone += rerunAlone;
  scoped.tookMs += Math.round(performance.now() - startedAt);
  budget.say(
    `  scoped: ${scoped.of}, ${scoped.falseAlarms.length} red, ${scoped.unknown} neither, ${rerunAlone} again alone`,
  );
}
