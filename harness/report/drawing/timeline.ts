/** The still picture of a timeline, made on the server with the same geometry that the page's script uses to zoom. */

import { laneShapes, type Shape } from '../client/lanes.js';
import type { Timeline } from '../digest/timeline.ts';
import { duration, plural } from '../format.ts';
import { type Drawn, h } from '../parts/element.ts';

const WIDTH = 1000;

export function timelineSvg(data: Timeline, title: string, id: string): Drawn {
  const drawing = laneShapes(data, { width: WIDTH, from: 0, to: data.span, compact: false, show: 'all', text: '' });
  return h(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${drawing.height}`,
      width: WIDTH,
      height: drawing.height,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
      class: 'lanes',
    },
    h('title', { id: `${id}-title` }, title),
    h('desc', { id: `${id}-desc` }, describe(data)),
    h('g', { 'data-shapes': '' }, drawing.shapes.map(shapeNode)),
  );
}

/** What a listener should know of the picture; the figures stand in the table of exchanges. */
function describe(data: Timeline): string {
  const bands = data.faults.map(
    (fault) =>
      `${fault.label} from ${duration(fault.from / 10)} to ${duration(fault.to / 10)} with ` +
      `${plural(fault.hits, 'hit')}`,
  );
  const faults = bands.length === 0 ? 'no fault' : bands.join('; ');
  return (
    `${plural(data.drawn, 'mark')} on ${plural(data.lanes.length, 'edge')} over ` +
    `${duration(data.span / 10)}; ${faults}. The table of exchanges per edge gives the same in figures.`
  );
}

function shapeNode(shape: Shape): Drawn {
  const { tag, class: look, anchor, text, title, ...rest } = shape;
  const attributes = { ...rest, class: look, ...(anchor === undefined ? {} : { 'text-anchor': anchor }) };
  return h(tag, attributes, title === undefined ? null : h('title', null, title), text ?? null);
}
