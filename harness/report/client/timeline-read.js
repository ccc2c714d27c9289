/** Reads the marks of a timeline one after the other, in words. */
import { MARK_FIELDS, markShown } from './lanes.js';
import { drawTimeline, moveTimeline } from './timeline-draw.js';

const LOOK_WORDS = ['answered', 'error', 'gave up (time-out)', 'connection reset', 'refused', 'still open', 'message'];

/** Chooses the next (1) or the previous (-1) mark that the filter lets through. */
export function stepMark(t, direction) {
  const whole = { ...t.view, from: 0, to: t.data.span };
  const last = t.data.marks.length - MARK_FIELDS;
  const first = direction > 0 ? 0 : last;
  for (
    let mark = t.chosen < 0 ? first : t.chosen + direction * MARK_FIELDS;
    mark >= 0 && mark <= last;
    mark += direction * MARK_FIELDS
  ) {
    if (markShown(t.data, whole, mark)) return chooseMark(t, mark);
  }
  t.readout.textContent = direction > 0 ? 'No mark after this one.' : 'No mark before this one.';
}

/** Rings the mark, brings it into the window, and says what it is. */
export function chooseMark(t, mark) {
  t.chosen = mark;
  const at = t.data.marks[mark + 2];
  if (at < t.view.from || at > t.view.to) moveTimeline(t, at - (t.view.to - t.view.from) / 2);
  else drawTimeline(t);
  t.readout.textContent = describeMark(t, mark);
}

export function describeMark({ data }, mark) {
  const [lane, , from, lasted, look, operation, status, fault] = data.marks.slice(mark, mark + MARK_FIELDS);
  const parts = [
    `${(from / 10).toFixed(1)} ms`,
    data.lanes[lane].edge.replace('->', ' → '),
    data.operations[operation],
    LOOK_WORDS[look] + (status ? ` ${status}` : ''),
  ];
  if (lasted > 0) parts.push(`took ${(lasted / 10).toFixed(1)} ms`);
  if (fault >= 0) parts.push(`touched by ${data.faults[fault].label}`);
  return parts.join(' · ');
}
