/** The run is whole: nothing was cut short, no part is missing, the harness had no trouble. */
import { z } from 'zod';
import type { GateFinding } from '../../core/index.ts';
import { defineRule, outcome } from '../rule.ts';

export default defineRule({
  name: 'complete',
  order: 10,
  asks: 'everything that was planned has run, and the harness had no trouble',
  level: 'error',
  options: z.strictObject({}),
  hunts: true,
  exitCode: 3,
  judge({ run }) {
    const found = (what: string): GateFinding => ({ status: 'fail', subject: run.name, what });
    const { shard, notRun, problems, interrupted, merged } = run;
    const findings = [
      ...problems.map(found),
      ...(interrupted ? [found('the run was ended before everything was done')] : []),
      ...(notRun ? [found(`--bail left out ${notRun.length} experiment(s): ${notRun.join(', ')}`)] : []),
      ...(shard
        ? [found(`this is part ${shard.index} of ${shard.of}: merge the parts first (faultline report merge)`)]
        : []),
    ];
    const whole = merged ? `all ${merged.of} parts are there` : 'everything that was planned has run';
    return outcome(findings.length === 0 ? whole : `${findings[0]?.what}${more(findings.length)}`, findings);
  },
});

function more(count: number): string {
  return count > 1 ? ` (and ${count - 1} more)` : '';
}
