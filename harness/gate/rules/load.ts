/** The load kept its thresholds in every phase (before, during and after the fault), and what it made was judged and kept. */
import { z } from 'zod';
import type { GateFinding } from '../../core/index.ts';
import { defineRule, notAsked, outcome } from '../rule.ts';

export default defineRule({
  name: 'load',
  order: 100,
  asks: 'the load kept every threshold, and lost nothing',
  level: 'error',
  options: z.strictObject({}),
  judge({ run: { load } }) {
    if (load === undefined) return notAsked('no load in this run');
    const { scenario, file, repeat, thresholds, verdicts, verdict } = load;
    const found = (status: 'fail' | 'unknown', what: string): GateFinding => ({
      status,
      subject: scenario,
      what,
      file,
      repeat,
    });
    const missed = thresholds.flatMap(({ status, text, value, unit }) => {
      if (status === 'pass') return [];
      const seen = value === undefined ? 'nothing was measured' : `${Math.round(value * 100) / 100} ${unit} measured`;
      return [found(status, `threshold ${text}: ${seen}`)];
    });
    // Thresholds are named one by one above.
    const checked = verdicts.filter(({ check }) => check !== 'thresholds' || thresholds.length === 0);
    const broken = checked.flatMap(({ status, check, summary }) =>
      status === 'pass' ? [] : [found(status, `${check}: ${summary}`)],
    );
    const findings = [...missed, ...broken];
    if (verdict !== 'pass' && findings.length === 0)
      findings.push(found(verdict, `is ${verdict}: ${load.reason ?? 'no reason given'}`));
    const kept = thresholds.length - missed.length;
    const checks = checked.length - broken.length;
    return outcome(
      `${scenario}: ${kept} of ${thresholds.length} thresholds and ${checks} of ${checked.length} checks kept`,
      findings,
    );
  },
});
