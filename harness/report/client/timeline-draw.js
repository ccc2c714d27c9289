/** Draws a timeline's state `t`, and moves its window of time. Shapes come from `lanes.js`; all text is set as text. */
import { laneShapes, markShown } from './lanes.js';

const SVG = 'http://www.w3.org/2000/svg';
const NARROW_PX = 640;
/** The shortest window, in tenths of a millisecond. */
const WINDOW_MIN = 20;

export function drawTimeline(t) {
  t.view.width = Math.max(280, Math.round(t.chart.clientWidth));
  t.view.compact = t.view.width < NARROW_PX;
  t.drawing = laneShapes(t.data, t.view);
  t.svg.setAttribute('viewBox', `0 0 ${t.view.width} ${t.drawing.height}`);
  t.svg.setAttribute('width', t.view.width);
  t.svg.setAttribute('height', t.drawing.height);
  t.layer.replaceChildren(...t.drawing.shapes.map(shapeElement), ...chosenRing(t));
}

export function zoomTimeline(t, factor, around = (t.view.from + t.view.to) / 2) {
  const { from, to } = t.view;
  const length = Math.min(t.data.span, Math.max(WINDOW_MIN, (to - from) * factor));
  moveTimeline(t, around - ((around - from) / (to - from)) * length, length);
}

export function moveTimeline(t, from, length = t.view.to - t.view.from) {
  t.view.from = Math.max(0, Math.min(t.data.span - length, from));
  t.view.to = t.view.from + length;
  drawTimeline(t);
}

/** A ring around the chosen mark, and a line down to the axis. */
function chosenRing({ data, view, drawing, chosen }) {
  if (chosen < 0 || !markShown(data, view, chosen)) return [];
  const { left, right, height, lanes } = drawing;
  const share = (data.marks[chosen + 2] - view.from) / (view.to - view.from);
  const x = Math.round(Math.max(left, left + share * (right - left)));
  const y = lanes[data.marks[chosen]].marks + data.marks[chosen + 1] * 6 + 3;
  const d = `M${x - 7} ${y}a7 7 0 1 0 14 0a7 7 0 1 0-14 0M${x} ${y + 7}V${height - 24}`;
  return [shapeElement({ tag: 'path', class: 'chosen', d })];
}

function shapeElement(shape) {
  const made = document.createElementNS(SVG, shape.tag);
  for (const [name, value] of Object.entries(shape)) {
    if (name === 'tag' || name === 'text' || name === 'title') continue;
    made.setAttribute(name === 'anchor' ? 'text-anchor' : name, value);
  }
  if (shape.text) made.textContent = shape.text;
  if (shape.title) {
    const title = document.createElementNS(SVG, 'title');
    title.textContent = shape.title;
    made.append(title);
  }
  return made;
}
