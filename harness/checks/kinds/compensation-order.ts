/** What was done is undone in reverse: the undoing entries of an entity stand in the declared order. */
import { z } from 'zod';
import type { LedgerRow } from '../../core/index.ts';
import { type EntityView, entitiesOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'compensation-order',
  summary: 'compensations of an entity stand in the order the topology declares',
  options: z.strictObject({
    /** How many entities must have been compensated in two steps or more. */
    atLeast: z.int().min(1).default(1),
  }),
  refuses: ({ name, ledger }) =>
    (ledger?.compensationOrder?.length ?? 0) > 1 ? undefined : `topology ${name} declares no order of compensations`,
  underLoad: (options) => ({ options }),
  judge(input, { atLeast }) {
    const order = input.topology.ledger?.compensationOrder ?? [];
    const compensated = entitiesOf(input).filter((entity) => stepsOf(entity, order).length > 1);
    const problems = compensated.flatMap(({ row, entries }) => {
      const steps = stepsOf({ entries }, order);
      return steps.slice(1).flatMap((step, index) => {
        const earlier = steps[index];
        if (earlier === undefined || latest(earlier) <= earliest(step)) return [];
        const at = `${momentOf(input, latest(earlier))} after ${step[0]?.kind} at ${momentOf(input, earliest(step))}`;
        return [`${row.entity}: ${earlier[0]?.kind} at ${at}`];
      });
    });
    const figures = { compensated: compensated.length, outOfOrder: problems.length };
    if (problems.length > 0)
      return fail(
        `${counted(problems.length, 'compensation')} out of order (${order.join(' before ')})`,
        problems,
        figures,
      );
    if (compensated.length < atLeast) {
      return noData(
        `${counted(compensated.length, 'entity', 'entities')} compensated in two steps or more, wanted ${atLeast}`,
        [],
        figures,
      );
    }
    return pass(
      `${counted(compensated.length, 'entity', 'entities')} compensated ${order.join(' before ')}`,
      [],
      figures,
    );
  },
});

/** The entries of each kind that exists, in the declared order of the kinds. */
function stepsOf({ entries }: Pick<EntityView, 'entries'>, order: readonly string[]): LedgerRow[][] {
  return order.map((kind) => entries.filter((entry) => entry.kind === kind)).filter((rows) => rows.length > 0);
}

function latest(rows: readonly LedgerRow[]): number {
  return Math.max(...rows.map(({ at }) => at));
}

function earliest(rows: readonly LedgerRow[]): number {
  return Math.min(...rows.map(({ at }) => at));
}
