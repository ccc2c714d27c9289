/** Do the entries of an entity add up, as the state in which it ended demands? */
import type { FinalState, Ledger, LedgerRow } from '../core/index.ts';
import { type EntityView, groupBy } from './case-view.ts';

/** Entities of any case that ended and do not add up, by name, with what is wrong. */
export function unbalanced(ledger: Ledger, { entities, entries }: FinalState): Map<string, readonly string[]> {
  const byEntity = groupBy(entries, ({ entity }) => entity);
  const found = new Map<string, readonly string[]>();
  for (const row of entities) {
    if (!Object.hasOwn(ledger.terminal, row.state)) continue;
    const view = { row, entries: byEntity.get(row.entity) ?? [], terminal: true };
    const broken = [...brokenCounts(view, ledger), ...brokenEquations(view, ledger)];
    if (broken.length > 0) found.set(row.entity, broken);
  }
  return found;
}

/** Entries that its state demands, counted. Kinds that a state does not name are left to the equations. */
export function brokenCounts({ row, entries }: EntityView, ledger: Ledger): string[] {
  const wanted = ledger.terminal[row.state]?.counts ?? {};
  return Object.entries(wanted).flatMap(([kind, count]) => {
    const found = entries.filter((entry) => entry.kind === kind);
    if (found.length === count) return [];
    const rows = found.length === 0 ? '' : `: ${found.map(shownRow).join('; ')}`;
    return [`${row.entity} (${row.state}) has ${found.length} x ${kind} instead of ${count}${rows}`];
  });
}

/** Equations of the topology over its entries. */
export function brokenEquations({ row, entries }: EntityView, ledger: Ledger): string[] {
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

/** An entry as verdicts show it. */
export function shownRow({ entity, kind, key, amount }: LedgerRow): string {
  return `${kind} ${amount} (key ${key}) of ${entity}`;
}
