/**
 * A table as every panel shows it: captioned, with headed columns, scrolling inside its own frame on a narrow
 * screen.
 */
import { type Content, type Drawn, h } from './element.ts';

export interface Column {
  readonly head: Content;
  /** Right-aligned figures. */
  readonly figures?: boolean;
}

export interface TableInit {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly Content[])[];
  /** The caption is for screen readers only: a heading on the page says the same. */
  readonly quiet?: boolean;
}

export function table({ caption, columns, rows, quiet }: TableInit): Drawn {
  const kind = (index: number) => (columns[index]?.figures ? 'figure' : undefined);
  const head = columns.map((column, index) => h('th', { scope: 'col', class: kind(index) }, column.head));
  const body = rows.map((cells) =>
    h(
      'tr',
      null,
      cells.map((cell, index) =>
        index === 0 ? h('th', { scope: 'row' }, cell) : h('td', { class: kind(index) }, cell),
      ),
    ),
  );
  return h(
    'div',
    { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': `${caption} (table)` },
    h(
      'table',
      null,
      h('caption', { class: quiet ? 'unseen' : undefined }, caption),
      h('thead', null, h('tr', null, head)),
      h('tbody', null, body),
    ),
  );
}
