/** One experiment that ran several times, as one result: the worst run, with every one of them counted. */
import {
  type ExperimentResult,
  figuresOf,
  HarnessError,
  type RepeatAttempt,
  type RepeatOutcome,
  type RepeatSummary,
  worstOf,
} from '../core/index.ts';

/**
 * Folds the runs of one experiment, in order, into one result. Verdict, control and case are those of the first run with the worst
 * verdict; a run that was not kept is never hidden by one that was.
 */
export function foldRepeats(results: readonly ExperimentResult[], asked: number): ExperimentResult {
  const verdict = worstOf(results.map((result) => result.verdict));
  const worst = results.find((result) => result.verdict === verdict);
  if (worst === undefined) throw new HarnessError({ code: 'internal', message: 'an experiment has no run to fold' });
  if (asked <= 1 && results.length === 1) return worst;
  return { ...worst, repeats: repeatSummary(results, asked) };
}

export function repeatSummary(results: readonly ExperimentResult[], asked: number): RepeatSummary {
  const counts = { pass: 0, fail: 0, unknown: 0 };
  for (const { verdict } of results) counts[verdict]++;
  return { asked, outcome: outcomeOf(counts), counts, attempts: results.map(attemptOf) };
}

function outcomeOf({ pass, fail, unknown }: RepeatSummary['counts']): RepeatOutcome {
  if (pass > 0) return fail + unknown > 0 ? 'flaky' : 'pass';
  return fail > 0 ? 'fail' : 'unknown';
}

function attemptOf({ control, case: withFaults, verdict, reason }: ExperimentResult): RepeatAttempt {
  const subject = withFaults ?? control;
  const worst = subject.verdicts.find(({ status }) => status === verdict && status !== 'pass');
  return {
    verdict,
    ...(reason === undefined ? {} : { reason }),
    ...(worst === undefined ? {} : { summary: `${worst.check}: ${worst.summary}` }),
    control: control.id,
    ...(withFaults === undefined ? {} : { case: withFaults.id }),
    tookMs: Math.round(
      control.endedAt - control.startedAt + (withFaults ? withFaults.endedAt - withFaults.startedAt : 0),
    ),
    figures: withFaults === undefined ? {} : figuresOf(withFaults),
  };
}
