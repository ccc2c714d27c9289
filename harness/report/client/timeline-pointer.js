/** Reading and moving a timeline with a mouse, a pen or a finger. */
import { MARK_FIELDS, markShown } from './lanes.js';
import { moveTimeline, zoomTimeline } from './timeline-draw.js';
import { chooseMark, describeMark } from './timeline-read.js';

/** How far from a mark a pointer may be, in pixels. */
const REACH_PX = 12;

function timeAt(t, event) {
  const box = t.svg.getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width) * t.view.width;
  const { left, right } = t.drawing;
  return t.view.from + ((x - left) / (right - left)) * (t.view.to - t.view.from);
}

/** The mark nearest to the pointer on its lane, or -1. Time counts more than the row. */
function nearestMark(t, event) {
  const { data, view, drawing } = t;
  const y = event.clientY - t.svg.getBoundingClientRect().top;
  const lane = drawing.lanes.findIndex((place) => place && y >= place.top && y < place.bottom);
  if (lane < 0) return -1;
  const at = timeAt(t, event);
  const reach = ((view.to - view.from) / (drawing.right - drawing.left)) * REACH_PX;
  let best = -1;
  let least = reach;
  for (let mark = 0; mark < data.marks.length; mark += MARK_FIELDS) {
    if (data.marks[mark] !== lane || !markShown(data, view, mark)) continue;
    const from = data.marks[mark + 2];
    const away = Math.max(0, from - at, at - from - data.marks[mark + 3]);
    const row = Math.abs(y - drawing.lanes[lane].marks - data.marks[mark + 1] * 6 - 3);
    const distance = away + row * (reach / (2 * REACH_PX));
    if (away < reach && distance < least) {
      least = distance;
      best = mark;
    }
  }
  return best;
}

export function listenToPointer(t) {
  let drag;
  t.svg.addEventListener('pointermove', (event) => {
    if (drag) {
      const { left, right } = t.drawing;
      moveTimeline(t, drag.from - ((event.clientX - drag.x) / (right - left)) * (t.view.to - t.view.from));
      return;
    }
    const mark = nearestMark(t, event);
    if (mark >= 0) t.readout.textContent = describeMark(t, mark);
  });
  t.svg.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'mouse' || event.button !== 0) return;
    drag = { x: event.clientX, from: t.view.from };
    t.svg.setPointerCapture(event.pointerId);
  });
  for (const end of ['pointerup', 'pointercancel']) {
    t.svg.addEventListener(end, () => {
      drag = undefined;
    });
  }
  t.svg.addEventListener('click', (event) => {
    const mark = nearestMark(t, event);
    if (mark >= 0) chooseMark(t, mark);
  });
  const turn = (event) => {
    // Without Ctrl the wheel belongs to the page.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoomTimeline(t, event.deltaY > 0 ? 1.3 : 1 / 1.3, timeAt(t, event));
  };
  t.svg.addEventListener('wheel', turn, { passive: false });
}
