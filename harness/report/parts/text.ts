/** Small pieces of text that panels share: edges, commands, notes, folded parts. */
import { type Content, type Drawn, h } from './element.ts';

/** `payment->psp` with a real arrow, kept on one line where it fits. */
export function edgeName(edge: string): Drawn {
  return h('span', { class: 'edge' }, edge.replace('->', ' → '));
}

/** A command to be copied. The button appears when the page's script runs. */
export function command(text: string): Drawn {
  return h(
    'div',
    { class: 'command' },
    h('code', null, text),
    h(
      'button',
      { type: 'button', class: 'copy needs-script', 'data-copy': text, 'aria-label': `Copy the command ${text}` },
      'Copy',
    ),
  );
}

export function note(...children: Content[]): Drawn {
  return h('p', { class: 'note' }, children);
}

/** A part that is folded away until it is asked for. */
export function folded(summary: Content, ...children: Content[]): Drawn {
  return h('details', { class: 'folded' }, h('summary', null, summary), children);
}

/** A list of short texts; nothing for an empty list. `more` says how many were left out. */
export function evidence(lines: readonly string[], most: number): Drawn | null {
  if (lines.length === 0) return null;
  const left = lines.length - most;
  return h(
    'ul',
    { class: 'evidence' },
    lines.slice(0, most).map((line) => h('li', null, line)),
    left > 0 ? h('li', { class: 'muted' }, `and ${left} more in run.json`) : null,
  );
}
