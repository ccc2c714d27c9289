/** A bulkhead holds: never more calls at once on an edge than it has slots. */
import { z } from 'zod';
import type { ExchangeRecord } from '../../core/index.ts';
import { exchangesOn } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

/** The wire sees the end of a call a little after its caller let go of the slot. */
const BLUR_MS = 5;

export default defineCheck({
  name: 'bulkhead',
  summary: 'no more calls are under way on an edge at once than its bulkhead has slots',
  options: z.strictObject({
    edge: z.string(),
    /** Slots. */
    most: z.int().min(1),
    /** How many must have been under way at once, or nothing was tried. Default: all slots. */
    reached: z.int().min(1).optional(),
  }),
  underLoad: (options) => ({ options, edges: [options.edge] }),
  judge(input, { edge, most, reached = most }) {
    const calls = exchangesOn(input, edge);
    const { peak, at } = peakOf(calls);
    const figures = { calls: calls.length, peak };
    if (peak > most) {
      const then = calls.filter((call) => call.at <= at && call.endAt - BLUR_MS > at);
      const shown = then.map(
        ({ operation, at: from, endAt }) => `${operation} from ${momentOf(input, from)} to ${momentOf(input, endAt)}`,
      );
      return fail(
        `${peak} calls were under way at once on ${edge}, its bulkhead has ${counted(most, 'slot')}`,
        shown,
        figures,
      );
    }
    if (peak < reached)
      return noData(`at most ${counted(peak, 'call')} at once on ${edge}, wanted ${reached}`, [], figures);
    return pass(`at most ${counted(peak, 'call')} at once on ${edge}, within ${counted(most, 'slot')}`, [], figures);
  },
});

/** At one moment ends come before beginnings: a slot that is free is free. */
function peakOf(calls: readonly ExchangeRecord[]): { readonly peak: number; readonly at: number } {
  const moments = calls.flatMap(({ at, endAt, outcome }) => [
    { at, change: 1 },
    { at: outcome === 'open' ? Number.POSITIVE_INFINITY : Math.max(at, endAt - BLUR_MS), change: -1 },
  ]);
  moments.sort((a, b) => a.at - b.at || a.change - b.change);
  let now = 0;
  let most = { peak: 0, at: 0 };
  for (const { at, change } of moments) {
    now += change;
    if (now > most.peak) most = { peak: now, at };
  }
  return most;
}
