/** Calls are shared among versions as was asked for: of all calls on some edges, each edge got about its share. */
import { z } from 'zod';
import { exchangesOn } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'traffic-share',
  summary: 'of the calls on some edges each edge gets its share',
  options: z.strictObject({
    /** By edge, the share that it should get; together 1. */
    shares: z.record(z.string(), z.number().min(0).max(1)),
    /** A share may be off by so much. */
    within: z.number().min(0).max(1).default(0.1),
    /** Operations that are counted, by name or a prefix that ends in `*`. */
    operations: z.string().default('*'),
    atLeast: z.int().min(1).default(20),
  }),
  refuses({ edges }, { shares }) {
    const known = edges.map(({ caller, callee }) => `${caller}->${callee}`);
    const stray = Object.keys(shares).find((edge) => !known.includes(edge));
    if (stray !== undefined) return `there is no edge ${stray}`;
    const sum = Object.values(shares).reduce((total, share) => total + share, 0);
    return Math.abs(sum - 1) < 0.001 ? undefined : `the shares make ${sum}, not 1`;
  },
  underLoad: () => ({ not: 'calls are kept under load only where a fault is' }),
  judge(input, { shares, within, operations, atLeast }) {
    const counts = Object.keys(shares).map((edge) => {
      const calls = exchangesOn(input, edge).filter(
        ({ operation, case: caseId }) => caseId === input.caseId && fits(operations, operation),
      );
      return { edge, calls: calls.length };
    });
    const all = counts.reduce((sum, { calls }) => sum + calls, 0);
    const figures = Object.fromEntries(counts.map(({ edge, calls }) => [edge, calls]));
    if (all < atLeast) return noData(`${counted(all, 'call')}, wanted ${atLeast}`, [], figures);
    const told = counts.map(({ edge, calls }) => `${edge} got ${calls} of ${all}, asked for ${shares[edge]}`);
    const off = counts.filter(({ edge, calls }) => Math.abs(calls / all - (shares[edge] ?? 0)) > within);
    if (off.length > 0) return fail(`${counted(off.length, 'edge')} got another share`, told, figures);
    return pass(`${counted(all, 'call')} shared as asked for`, told, figures);
  },
});

function fits(pattern: string, operation: string): boolean {
  return pattern.endsWith('*') ? operation.startsWith(pattern.slice(0, -1)) : operation === pattern;
}
