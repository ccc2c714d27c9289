/** How much of the error budget the load has used. */
import { z } from 'zod';
import { defineRule, notAsked, outcome } from '../rule.ts';

export default defineRule({
  name: 'budget',
  order: 90,
  asks: 'the load used no more of the error budget than allowed',
  level: 'error',
  options: z.strictObject({
    /** Share of the budget, 1 is all of it. */
    usedAtMost: z.number().nonnegative().default(1),
  }),
  judge({ run: { load } }, { usedAtMost }) {
    if (load === undefined) return notAsked('no load in this run');
    const { errors, allowed, used, target } = load.budget;
    const share = (value: number) => `${Math.round(value * 1_000) / 10} %`;
    const summary =
      `${errors} errors of ${Math.round(allowed * 10) / 10} that ${share(target)} success allow: ${share(used)} of the budget, ` +
      `allowed are ${share(usedAtMost)}`;
    if (used <= usedAtMost) return outcome(summary, []);
    const { scenario: subject, file, repeat } = load;
    return outcome(summary, [
      { status: 'fail', subject, what: `used ${share(used)} of the error budget`, file, repeat },
    ]);
  },
});
