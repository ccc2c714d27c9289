/** The saga ledger: what was really done for each entity, by its final state, and both sides of every equation. */

import type { EquationRow, LedgerDigest, StateRow } from '../../digest/ledger.ts';
import { count, plural } from '../../format.ts';
import type { ExperimentPanel } from '../../panel.ts';
import { badge } from '../../parts/badge.ts';
import { type Drawn, h } from '../../parts/element.ts';
import { table } from '../../parts/table.ts';

const panel: ExperimentPanel = {
  name: 'ledger',
  title: 'Saga ledger',
  lead:
    'Read from the services and the outside world after all was quiet. Sums are in the ledger’s ' +
    'own units (cents, or pieces).',
  order: 70,
  place: 'experiment',
  render: ({ case: digest }) => {
    const ledger = digest?.ledger;
    if (
      ledger === undefined ||
      (ledger.states.length === 0 && ledger.equations.length === 0 && ledger.pendingCount === 0)
    )
      return null;
    return [
      ledger.states.length === 0 ? null : statesTable(ledger),
      ledger.equations.length === 0 ? null : equationsTable(ledger),
      leftovers(ledger),
    ];
  },
};

function statesTable(ledger: LedgerDigest): Drawn {
  return table({
    caption: 'Entities by final state: entries of each kind, and their sum',
    columns: [
      { head: 'State' },
      { head: 'Entities', figures: true },
      ...ledger.kinds.map((kind) => ({ head: kind, figures: true })),
    ],
    rows: ledger.states.map((state) => [
      state.terminal ? state.state : `${state.state} (not terminal)`,
      count(state.entities),
      ...ledger.kinds.map((kind) => cell(state, kind)),
    ]),
  });
}

/** `12` entries with their sum; a count other than the declared one is marked with what was wanted. */
function cell(state: StateRow, kind: string): Drawn {
  const found = Object.hasOwn(state.cells, kind) ? state.cells[kind] : undefined;
  if (found === undefined || (found.entries === 0 && !found.wanted)) return h('span', { class: 'muted' }, '–');
  const wrong = found.wanted !== undefined && found.wanted !== found.entries;
  return h(
    'span',
    { class: wrong ? 'wrong' : undefined },
    count(found.entries),
    wrong ? ` (wanted ${count(found.wanted ?? 0)})` : '',
    found.sum === found.entries ? null : h('small', null, ` Σ ${count(found.sum)}`),
  );
}

function equationsTable(ledger: LedgerDigest): Drawn {
  return table({
    caption: 'Equations: both sides, over all entities in a terminal state',
    columns: [
      { head: 'Equation' },
      { head: 'Left side', figures: true },
      { head: 'Right side', figures: true },
      { head: 'Entities equal', figures: true },
      { head: 'Holds' },
    ],
    rows: ledger.equations.map((row) => [
      `${row.left.kinds.join(' + ')} = ${row.right.kinds.join(' + ')}`,
      count(row.left.sum),
      count(row.right.sum),
      `${count(row.entities - row.unequal)} of ${count(row.entities)}`,
      row.entities === 0
        ? 'no entity'
        : badge(row.unequal === 0 ? 'pass' : 'fail', row.unequal === 0 ? 'holds' : unequalText(row)),
    ]),
  });
}

function unequalText(row: EquationRow): string {
  const shown = row.shown.map(({ entity, left, right }) => `${entity}: ${count(left)} ≠ ${count(right)}`).join('; ');
  return `${plural(row.unequal, 'entity', 'entities')} unequal: ${shown}${row.unequal > row.shown.length ? '; …' : ''}`;
}

function leftovers({ repeated, pending, pendingCount }: LedgerDigest): Drawn[] {
  const notes: Drawn[] = repeated.map(({ entity, kind, key, times }) =>
    h(
      'p',
      { class: 'trouble' },
      `${kind} stands ${times} times for ${entity} under one key (${key}); once was promised.`,
    ),
  );
  if (pendingCount > 0) {
    const some = pending.map((row) => `${row.what}${row.entity === null ? '' : ` for ${row.entity}`}`).join('; ');
    notes.push(
      h(
        'p',
        { class: 'trouble' },
        `${plural(pendingCount, 'piece')} of work still pending: ${some}${pendingCount > pending.length ? '; …' : ''}`,
      ),
    );
  }
  return notes;
}

export default panel;
