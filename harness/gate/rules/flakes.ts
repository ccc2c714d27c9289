/** Not more than so many experiments were kept in some of their runs only. */
import { z } from 'zod';
import { findingOn } from '../quarantine.ts';
import { defineRule, notAsked, outcome } from '../rule.ts';

export default defineRule({
  name: 'flakes',
  order: 50,
  asks: 'no more experiments are flaky than allowed',
  level: 'error',
  options: z.strictObject({ most: z.number().int().nonnegative().default(0) }),
  judge({ run, quarantine }, { most }) {
    const repeated = run.experiments.filter(({ repeats }) => (repeats?.attempts.length ?? 0) > 1);
    if (repeated.length === 0) return notAsked('every experiment ran once: flakes show with faultline run --repeat 5');
    const flaky = repeated.filter(({ repeats }) => repeats?.outcome === 'flaky');
    const findings = flaky.map((result) => {
      const attempts = result.repeats?.attempts ?? [];
      const kept = attempts.filter(({ verdict }) => verdict === 'pass').length;
      const first = attempts.find(({ verdict }) => verdict !== 'pass');
      const what = `flaky: kept in ${kept} of ${attempts.length} runs; ${first?.summary ?? first?.reason ?? 'no reason given'}`;
      return findingOn(result, 'fail', what, quarantine);
    });
    const counted = findings.filter(({ status }) => status === 'fail').length;
    const summary = `${counted} of ${repeated.length} repeated experiments flaky, allowed ${most}`;
    const judged = outcome(summary, findings);
    return counted > most ? judged : { ...judged, status: 'pass' };
  },
});
