/** Sagas do not drag on: an entity has had its last effect within the promised time of its beginning, or of the last heal. */
import { z } from 'zod';
import { entitiesOf, percentile } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'settled-in-time',
  summary: 'every saga, compensations included, has its last effect within the promised time',
  options: z.strictObject({
    /** Default: the ledger's terminalWithinMs. */
    withinMs: z.number().positive().optional(),
  }),
  refuses: ({ name, ledger }, { withinMs }) =>
    (withinMs ?? ledger?.terminalWithinMs) === undefined
      ? `topology ${name} declares no terminalWithinMs: say withinMs`
      : undefined,
  underLoad: (options) => ({ options }),
  judge(input, { withinMs }) {
    const promised = withinMs ?? input.topology.ledger?.terminalWithinMs;
    if (promised === undefined) return noData('no time was promised');
    const healedAt = Math.max(...input.faults.map((fault) => fault.healedAt ?? Number.NEGATIVE_INFINITY));
    const ended = entitiesOf(input).filter(({ terminal, entries }) => terminal && entries.length > 0);
    const spans = ended.map(({ row, entries }) => {
      const endAt = entries.reduce((latest, { at }) => Math.max(latest, at), row.at);
      const fromMs = healedAt > row.at && healedAt <= endAt ? healedAt : row.at;
      return { row, endAt, tookMs: endAt - fromMs };
    });
    const took = spans.map(({ tookMs }) => tookMs);
    const figures = {
      judged: spans.length,
      p50Ms: percentile(took, 0.5),
      maxMs: percentile(took, 1),
      withinMs: promised,
    };
    // What ended while a fault was still on was promised nothing.
    const late = spans
      .filter(({ tookMs, endAt }) => tookMs > promised && !(healedAt > endAt))
      .sort((a, b) => b.tookMs - a.tookMs);
    const named = late.map(
      ({ row, endAt, tookMs }) =>
        `${row.entity} (${row.state}) had its last effect at ${momentOf(input, endAt)}, after ${Math.round(tookMs)} ms`,
    );
    if (late.length > 0)
      return fail(`${late.length} of ${counted(spans.length, 'saga')} took longer than ${promised} ms`, named, figures);
    if (spans.length === 0) return noData('no entity came to an end with an effect to tell the time by', [], figures);
    return pass(
      `${counted(spans.length, 'saga')} settled within ${promised} ms, the slowest in ${Math.round(figures.maxMs)} ms`,
      [],
      figures,
    );
  },
});
