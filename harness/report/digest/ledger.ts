/**
 * The saga ledger of a case, as the page shows it: entities by state, entries by kind, and both sides of each
 * equation.
 */
import type { FinalState, Ledger, LedgerRow, PendingRow } from '../../core/index.ts';
import { bareRecord, own } from './own.ts';

export interface LedgerDigest {
  readonly kinds: readonly string[];
  readonly states: readonly StateRow[];
  readonly equations: readonly EquationRow[];
  /** Entries of a once-only kind that stand more than once: entity, kind, key, how often. */
  readonly repeated: readonly {
    readonly entity: string;
    readonly kind: string;
    readonly key: string;
    readonly times: number;
  }[];
  readonly pending: readonly PendingRow[];
  readonly pendingCount: number;
}

/** All entities in one state. `cells` by kind: how many entries they have together, and what these sum up to. */
export interface StateRow {
  readonly state: string;
  readonly terminal: boolean;
  readonly entities: number;
  readonly cells: Readonly<
    Record<string, { readonly entries: number; readonly sum: number; readonly wanted?: number }>
  >;
}

export interface EquationRow {
  readonly name: string;
  readonly left: { readonly kinds: readonly string[]; readonly sum: number };
  readonly right: { readonly kinds: readonly string[]; readonly sum: number };
  /** Terminal entities looked at. */
  readonly entities: number;
  readonly unequal: number;
  /** Some of the unequal ones. */
  readonly shown: readonly { readonly entity: string; readonly left: number; readonly right: number }[];
}

const SHOWN = 5;
const NO_STATE = '(no entity)';

export function ledgerDigest(state: FinalState, ledger: Ledger | undefined): LedgerDigest {
  const stateOf = new Map(state.entities.map((row) => [row.entity, row.state]));
  const kinds = kindsOf(state.entries, ledger);
  return {
    kinds,
    states: stateRows(state, stateOf, ledger),
    equations: (ledger?.equations ?? []).map((equation) => equationRow(equation, state, ledger)),
    repeated: repeatedEntries(state.entries, ledger?.once ?? []).slice(0, SHOWN),
    pending: state.pending.slice(0, SHOWN),
    pendingCount: state.pending.length,
  };
}

function kindsOf(entries: readonly LedgerRow[], ledger: Ledger | undefined): string[] {
  const declared = (ledger?.equations ?? []).flatMap((equation) => [...equation.left, ...equation.right]);
  const counted = Object.values(ledger?.terminal ?? {}).flatMap(({ counts }) => Object.keys(counts));
  return [...new Set([...declared, ...counted, ...entries.map((entry) => entry.kind)])];
}

function stateRows(state: FinalState, stateOf: ReadonlyMap<string, string>, ledger: Ledger | undefined): StateRow[] {
  const entities = Map.groupBy(state.entities, (row) => row.state);
  const entries = Map.groupBy(state.entries, (entry) => stateOf.get(entry.entity) ?? NO_STATE);
  const names = new Set([...Object.keys(ledger?.terminal ?? {}), ...entities.keys(), ...entries.keys()]);
  return [...names]
    .filter((name) => entities.has(name) || entries.has(name))
    .map((name) => {
      const number = entities.get(name)?.length ?? 0;
      const wanted = own(ledger?.terminal, name)?.counts;
      const cells = bareRecord<{ entries: number; sum: number; wanted?: number }>();
      for (const [kind, each] of Object.entries(wanted ?? {}))
        cells[kind] = { entries: 0, sum: 0, wanted: each * number };
      for (const entry of entries.get(name) ?? []) {
        cells[entry.kind] ??= { entries: 0, sum: 0 };
        const cell = cells[entry.kind];
        if (cell === undefined) continue;
        cell.entries += 1;
        cell.sum += entry.amount;
      }
      return { state: name, terminal: wanted !== undefined, entities: number, cells };
    });
}

function equationRow(
  equation: Ledger['equations'][number],
  state: FinalState,
  ledger: Ledger | undefined,
): EquationRow {
  const terminal = new Set(state.entities.filter((row) => own(ledger?.terminal, row.state)).map((row) => row.entity));
  const left = sums(state.entries, equation.left, terminal);
  const right = sums(state.entries, equation.right, terminal);
  const unequal = [...terminal]
    .map((entity) => ({ entity, left: left.get(entity) ?? 0, right: right.get(entity) ?? 0 }))
    .filter((row) => row.left !== row.right);
  const total = (side: ReadonlyMap<string, number>) => [...side.values()].reduce((sum, amount) => sum + amount, 0);
  return {
    name: equation.name,
    left: { kinds: equation.left, sum: total(left) },
    right: { kinds: equation.right, sum: total(right) },
    entities: terminal.size,
    unequal: unequal.length,
    shown: unequal.slice(0, SHOWN),
  };
}

function sums(
  entries: readonly LedgerRow[],
  kinds: readonly string[],
  entities: ReadonlySet<string>,
): Map<string, number> {
  const total = new Map<string, number>();
  for (const { entity, kind, amount } of entries) {
    if (kinds.includes(kind) && entities.has(entity)) total.set(entity, (total.get(entity) ?? 0) + amount);
  }
  return total;
}

function repeatedEntries(
  entries: readonly LedgerRow[],
  once: readonly string[],
): { entity: string; kind: string; key: string; times: number }[] {
  const groups = Map.groupBy(
    entries.filter((entry) => once.includes(entry.kind)),
    (entry) => JSON.stringify([entry.entity, entry.kind, entry.key]),
  );
  return [...groups.values()].flatMap((list) => {
    const [first] = list;
    return first === undefined || list.length < 2
      ? []
      : [{ entity: first.entity, kind: first.kind, key: first.key, times: list.length }];
  });
}
