/** The thresholds of the load held in every phase: before, during and after the fault. */
import { z } from 'zod';
import { defineRule, notAsked } from '../rule.ts';

export default defineRule({
  name: 'load',
  order: 100,
  asks: 'every threshold of the load held',
  level: 'error',
  options: z.strictObject({}),
  judge: () => notAsked('no load in this run'),
});
