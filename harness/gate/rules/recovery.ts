/** After the heal every experiment is itself again in time: the median of its runs against a bound. */
import { z } from 'zod';
import type { GateFinding } from '../../core/index.ts';
import { median, recoverySample } from '../../report/index.ts';
import { findingOn } from '../quarantine.ts';
import { defineRule, notAsked, outcome } from '../rule.ts';

const DEFAULT_WITHIN_MS = 15_000;

export default defineRule({
  name: 'recovery',
  order: 40,
  asks: 'after the heal each experiment recovers in time',
  level: 'error',
  options: z.strictObject({
    /** From the heal to recovered (the figure `recoveryMs` of a check, or else to quiet), the median where it ran several times. */
    withinMs: z.number().positive().default(DEFAULT_WITHIN_MS),
    /** By slug, where another bound holds. */
    experiments: z.record(z.string(), z.number().positive()).default({}),
  }),
  judge({ run, quarantine }, { withinMs, experiments }) {
    const judged = run.experiments.flatMap((result) => {
      const sample = recoverySample(result);
      return sample === undefined
        ? []
        : [{ result, figure: sample.figure, tookMs: median(sample.values), runs: sample.values.length }];
    });
    const strangers = Object.keys(experiments).filter(
      (slug) => !run.experiments.some((result) => result.slug === slug),
    );
    const notes = strangers.map(
      (slug): GateFinding => ({
        status: 'pass',
        subject: slug,
        what: 'has a bound of its own, and is not in this run',
      }),
    );
    if (judged.length === 0)
      return { ...notAsked('no experiment was kept, so no time to recover can be read'), findings: notes };
    const findings = judged.flatMap(({ result, figure, tookMs, runs }) => {
      const bound = experiments[result.slug] ?? withinMs;
      if (tookMs <= bound) return [];
      const what = `${figure} is ${shown(tookMs)}${runs > 1 ? ` (median of ${runs})` : ''}, allowed are ${shown(bound)}`;
      return [findingOn(result, 'fail', what, quarantine)];
    });
    const slowest = judged.reduce((worst, one) => (one.tookMs > worst.tookMs ? one : worst));
    const summary = `the slowest of ${judged.length} is ${slowest.result.slug} with ${shown(slowest.tookMs)}; ${judged.length - findings.length} in time`;
    return outcome(summary, [...findings, ...notes]);
  },
});

function shown(valueMs: number): string {
  return `${Math.round(valueMs)} ms`;
}
