/** Every experiment is kept. What is kept in some of its runs only is for the rule `flakes`. */
import { z } from 'zod';
import type { ExperimentResult } from '../../core/index.ts';
import { explainVerdict, plural } from '../../report/index.ts';
import { findingOn } from '../quarantine.ts';
import { defineRule, notAsked, notKnown, outcome } from '../rule.ts';

export default defineRule({
  name: 'verdicts',
  order: 20,
  asks: 'every experiment is kept',
  level: 'error',
  options: z.strictObject({}),
  judge({ run, quarantine }) {
    const { experiments } = run;
    if (experiments.length === 0 && run.load !== undefined) return notAsked('no experiment in this run, only a load');
    if (experiments.length === 0) return notKnown('no experiment gave a verdict: nothing was judged');
    const red = experiments.filter((result) => result.verdict !== 'pass' && result.repeats?.outcome !== 'flaky');
    const findings = red.map((result) =>
      findingOn(result, result.verdict === 'fail' ? 'fail' : 'unknown', why(result), quarantine),
    );
    const quarantined = findings.filter(({ ticket }) => ticket !== undefined).length;
    const counts = [
      [experiments.filter(({ verdict }) => verdict === 'pass').length, 'kept'],
      [red.filter(({ verdict }) => verdict === 'fail').length, 'broken'],
      [red.filter(({ verdict }) => verdict === 'unknown').length, 'unknown'],
      [experiments.filter(({ repeats }) => repeats?.outcome === 'flaky').length, 'flaky'],
    ] as const;
    const shown = counts
      .filter(([count, word]) => count > 0 || word === 'kept')
      .map(([count, word]) => `${count} ${word}`);
    const covered = quarantined > 0 ? `; ${quarantined} quarantined` : '';
    return outcome(`of ${plural(experiments.length, 'experiment')} ${shown.join(', ')}${covered}`, findings);
  },
});

function why(result: ExperimentResult): string {
  const { repeats } = result;
  const often = repeats ? ` in each of ${repeats.attempts.length} runs` : '';
  return `${result.verdict === 'fail' ? 'broken' : 'unknown'}${often}: ${explainVerdict(result)}`;
}
