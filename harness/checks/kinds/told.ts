/** What answers told is what they should tell: a member that the workload kept of each has the expected value. */
import { z } from 'zod';
import { operationsOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'told',
  summary: 'what answers at the door tell is as expected, all of them or at least the last',
  options: z.strictObject({
    /** By name, or a prefix that ends in `*`. */
    operations: z.string(),
    /** Name under which the workload kept it. */
    member: z.string(),
    is: z.union([z.string(), z.number(), z.boolean(), z.null()]),
    /** `last`: earlier ones may tell otherwise. */
    when: z.enum(['always', 'last']).default('always'),
    atLeast: z.int().min(1).default(1),
  }),
  underLoad: () => ({ not: 'requests under load keep nothing of what their answers tell' }),
  judge(input, { operations, member, is, when, atLeast }) {
    const ok = operationsOf(input.history, input.caseId, operations).filter(({ outcome }) => outcome === 'ok');
    const judged = when === 'last' ? ok.slice(-1) : ok;
    const wrong = judged.filter(({ detail }) => detail?.[member] !== is);
    const figures = { told: ok.length, wrong: wrong.length };
    const named = wrong.map(({ name, at, detail }) => {
      const found = detail?.[member];
      const said = found === undefined ? 'nothing' : JSON.stringify(found);
      return `${name} at ${momentOf(input, at)} told ${said} as ${member}, expected ${JSON.stringify(is)}`;
    });
    if (wrong.length > 0)
      return fail(`${wrong.length} of ${counted(judged.length, 'answer')} told something else`, named, figures);
    if (ok.length < atLeast)
      return noData(`${counted(ok.length, 'good answer')} of ${operations}, wanted ${atLeast}`, [], figures);
    return pass(`${counted(judged.length, 'answer')} told ${member} ${JSON.stringify(is)}`, [], figures);
  },
});
