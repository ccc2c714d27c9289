/** Timings as small bars on one scale: what took how long, and what ran beside what. */
import { scaleLinear } from 'd3-scale';
import type { Timing } from '../../core/index.ts';
import { duration, shorten } from '../format.ts';
import { type Drawn, h } from './element.ts';
import { table } from './table.ts';

const WIDTH = 720;
const LEFT = 190;
const ROW_PX = 22;
const BARS_MAX = 40;

export function timingBars(title: string, id: string, timings: readonly Timing[]): Drawn {
  const shown = timings.toSorted((a, b) => a.fromMs - b.fromMs).slice(0, BARS_MAX);
  const end = Math.max(1, ...shown.map((timing) => timing.fromMs + timing.tookMs));
  const scale = scaleLinear([0, end], [LEFT, WIDTH - 70]);
  const height = shown.length * ROW_PX + 24;
  const rows = shown.map(({ what, fromMs, tookMs }, index) => {
    const y = index * ROW_PX;
    const x = scale(fromMs);
    const width = Math.max(2, scale(fromMs + tookMs) - x);
    return h(
      'g',
      null,
      h('text', { x: LEFT - 10, y: y + 15, 'text-anchor': 'end', class: 'bar-label' }, shorten(what, 28)),
      h('rect', { x: round(x), y: y + 4, width: round(width), height: ROW_PX - 8, rx: 2, class: 'bar' }),
      h('text', { x: round(x + width + 6), y: y + 15, class: 'bar-figure' }, duration(tookMs)),
    );
  });
  const ticks = scale
    .ticks(5)
    .map((tick) =>
      h(
        'g',
        null,
        h('path', { class: 'grid', d: `M${round(scale(tick))} 0V${height - 22}` }),
        h(
          'text',
          { class: 'tick', x: round(scale(tick)), y: height - 6, 'text-anchor': 'middle' },
          tick === 0 ? '0' : duration(tick),
        ),
      ),
    );
  const svg = h(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-labelledby': `${id}-title ${id}-desc`, class: 'bars' },
    h('title', { id: `${id}-title` }, title),
    h(
      'desc',
      { id: `${id}-desc` },
      `${shown.length} bars on one scale of ${duration(end)}; the same figures stand in the table below.`,
    ),
    ticks,
    rows,
  );
  return h(
    'div',
    null,
    h('div', { class: 'scroll chart', tabIndex: 0, role: 'region', 'aria-label': `${title} (drawing)` }, svg),
    figures(title, timings),
  );
}

function figures(title: string, timings: readonly Timing[]): Drawn {
  return h(
    'details',
    { class: 'folded' },
    h('summary', null, 'The same as a table'),
    table({
      caption: title,
      columns: [
        { head: 'What' },
        { head: 'Began at', figures: true },
        { head: 'Took', figures: true },
        { head: 'Note' },
      ],
      rows: timings.map(({ what, fromMs, tookMs, note }) => [what, duration(fromMs), duration(tookMs), note ?? '']),
    }),
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
