/** What went in came out: per entity the topology's equations over its ledger, and the number of entries its state demands. */
import { z } from 'zod';
import type { Ledger, LedgerRow } from '../../core/index.ts';
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
      ...orphansOf(input).map((row) => `${shown(row)} belongs to no known entity`),
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

/** Kinds that a state does not name are left to the equations. */
function brokenCounts({ row, entries }: EntityView, ledger: Ledger): string[] {
  const wanted = ledger.terminal[row.state]?.counts ?? {};
  return Object.entries(wanted).flatMap(([kind, count]) => {
    const found = entries.filter((entry) => entry.kind === kind);
    if (found.length === count) return [];
    const rows = found.length === 0 ? '' : `: ${found.map(shown).join('; ')}`;
    return [`${row.entity} (${row.state}) has ${found.length} x ${kind} instead of ${count}${rows}`];
  });
}

function brokenEquations({ row, entries }: EntityView, ledger: Ledger): string[] {
  const sum = (kinds: readonly string[]) =>
    entries.filter(({ kind }) => kinds.includes(kind)).reduce((total, { amount }) => total + amount, 0);
  return ledger.equations.flatMap(({ name, left, right }) => {
    const [leftSum, rightSum] = [sum(left), sum(right)];
    if (leftSum === rightSum) return [];
    return [
      `${row.entity} (${row.state}), ${name}: ${left.join(' + ')} = ${leftSum}, ${right.join(' + ')} = ${rightSum}`,
    ];
  });
}

function sumsOf(entities: readonly EntityView[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { kind, amount } of entities.flatMap(({ entries }) => entries))
    sums[`sum-${kind}`] = (sums[`sum-${kind}`] ?? 0) + amount;
  return sums;
}

function shown({ entity, kind, key, amount }: LedgerRow): string {
  return `${kind} ${amount} (key ${key}) of ${entity}`;
}
