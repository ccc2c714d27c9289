/** How much of the error budget the load has used. */
import { z } from 'zod';
import { defineRule, notAsked } from '../rule.ts';

export default defineRule({
  name: 'budget',
  order: 90,
  asks: 'the load used no more of the error budget than allowed',
  level: 'error',
  options: z.strictObject({
    /** Share of the budget, 1 is all of it. */
    usedAtMost: z.number().nonnegative().default(1),
  }),
  judge: () => notAsked('no load in this run'),
});
