/** What went in came out: per entity the topology's equations over its ledger, and the number of entries its state demands. */
import { z } from 'zod';
import { brokenCounts, brokenEquations, shownRow } from '../balance.ts';
import { type EntityView, entitiesOf, orphansOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'conservation',
  summary: 'money, stock and shipments add up for every entity, as its terminal state demands',
  options: z.strictObject({}),
  refuses: (topology) => (topology.ledger ? undefined : `topology ${topology.name} declares no ledger`),
  underLoad: (options) => ({ options }),
  judge(input) {
    const { ledger } = input.topology;
    if (ledger === undefined) return noData('the topology declares no ledger');
    const entities = entitiesOf(input);
    const ended = entities.filter(({ terminal }) => terminal);
    const problems = [
      ...ended.flatMap((entity) => [...brokenCounts(entity, ledger), ...brokenEquations(entity, ledger)]),
      ...orphansOf(input).map((row) => `${shownRow(row)} belongs to no known entity`),
    ];
    const entries = ended.reduce((sum, entity) => sum + entity.entries.length, 0);
    const figures = { entities: ended.length, entries, broken: problems.length, ...sumsOf(ended) };
    if (problems.length > 0) return fail(`${counted(problems.length, 'sum')} that do not add up`, problems, figures);
    if (ended.length === 0) return noData('no entity came to an end, so there is nothing to add up', [], figures);
    if (ended.length < entities.length) {
      const open = entities.filter(({ terminal }) => !terminal).map(({ row }) => `${row.entity} is still ${row.state}`);
      return noData(
        `${counted(open.length, 'entity', 'entities')} came to no end and cannot be added up yet`,
        open,
        figures,
      );
    }
    return pass(
      `${counted(entries, 'ledger entry', 'ledger entries')} of ${counted(ended.length, 'entity', 'entities')} add up`,
      [],
      figures,
    );
  },
});

function sumsOf(entities: readonly EntityView[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { kind, amount } of entities.flatMap(({ entries }) => entries))
    sums[`sum-${kind}`] = (sums[`sum-${kind}`] ?? 0) + amount;
  return sums;
}
