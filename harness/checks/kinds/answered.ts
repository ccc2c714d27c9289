/** The system's door kept answering: operations ended ok, or with a status that is allowed. */
import { z } from 'zod';
import { operationsOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'answered',
  summary: 'operations at the door succeed, all or a stated share of them',
  options: z.strictObject({
    /** By name, or a prefix that ends in `*`. */
    operations: z.string().default('*'),
    /** Share that must be ok, 0 to 1. */
    share: z.number().min(0).max(1).default(1),
    /** Statuses that count as ok beside the workload's own. */
    statuses: z.array(z.int()).default([]),
    atLeast: z.int().min(1).default(1),
  }),
  underLoad: () => ({ not: 'how many are answered under load is what thresholds and the error budget say' }),
  judge(input, { operations, share, statuses, atLeast }) {
    const judged = operationsOf(input.history, input.caseId, operations);
    const bad = judged.filter(({ outcome, status }) => outcome !== 'ok' && !statuses.includes(status ?? 0));
    const figures = { judged: judged.length, failed: bad.length };
    if (judged.length < atLeast)
      return noData(`${counted(judged.length, 'operation')} ${operations}, wanted ${atLeast}`, [], figures);
    const named = bad.map(({ name, at, status, detail }) => {
      const error = detail?.error === undefined ? '' : ` (${detail.error})`;
      return `${name} at ${momentOf(input, at)} was answered ${status || 'nothing'}${error}`;
    });
    const okShare = (judged.length - bad.length) / judged.length;
    if (okShare < share)
      return fail(`${bad.length} of ${counted(judged.length, 'operation')} ${operations} failed`, named, figures);
    return pass(
      `${judged.length - bad.length} of ${counted(judged.length, 'operation')} ${operations} ok`,
      named,
      figures,
    );
  },
});
