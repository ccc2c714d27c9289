/**
 * The geometry of the swim-lane timeline, as plain shapes. Used twice: when the page is made (the still picture),
 * and inside the page when it is zoomed or filtered. So it is JavaScript, imports nothing, and touches no document.
 */

const LANE_ROWS = 4;
const ROW_PX = 6;
const STRIP_PX = 12;
const FAULT_PX = 22;
/** Numbers per mark: lane, row, from, lasted, look, operation, status, fault. */
export const MARK_FIELDS = 8;
const LOOK_NAMES = ['answered', 'error', 'gave-up', 'reset', 'refused', 'open', 'message'];

/** All shapes of the timeline, back to front, with the height they need and where each lane stands. */
export function laneShapes(data, view) {
  const left = view.compact ? 4 : 176;
  const right = view.width - 12;
  const scale = (at) => left + ((at - view.from) / (view.to - view.from)) * (right - left);
  const frame = { ...view, left, right, scale, clamp: (x) => Math.max(left, Math.min(right, x)) };
  const tops = placeLanes(data, frame);
  const shapes = [
    ...axisShapes(frame, tops),
    ...faultShapes(data, frame, tops),
    ...eventShapes(data, frame, tops),
    ...data.lanes.flatMap((lane, index) => (tops.lanes[index] ? laneFrame(lane, tops.lanes[index], frame) : [])),
    ...markShapes(data, frame, tops),
  ];
  return { shapes, height: tops.height, lanes: tops.lanes, left, right };
}

function placeLanes(data, frame) {
  let y = 6;
  const faults = data.faults.map(() => {
    const top = y;
    y += FAULT_PX;
    return top;
  });
  const events = y;
  if (data.events.length > 0) y += 22;
  const busy = busyLanes(data, frame);
  const lanes = data.lanes.map((lane, index) => {
    if (!busy.has(index)) return null;
    const top = y;
    const marks = top + (frame.compact ? 20 : 6);
    let bottom = marks + LANE_ROWS * ROW_PX + 4;
    const seen = lane.seen ? bottom : 0;
    if (lane.seen) bottom += STRIP_PX + 3;
    const said = lane.said ? bottom : 0;
    if (lane.said) bottom += STRIP_PX + 3;
    y = bottom + 2;
    return { top, marks, seen, said, bottom: y };
  });
  return { faults, events, lanes, axis: y, height: y + 26 };
}

/** While a filter is on, lanes without any mark that passes it are left out; otherwise all stand. */
function busyLanes(data, frame) {
  if (frame.show === 'all' && !frame.text) return new Set(data.lanes.keys());
  const whole = { ...frame, from: 0, to: data.span };
  const busy = new Set();
  for (let mark = 0; mark < data.marks.length; mark += MARK_FIELDS)
    if (markShown(data, whole, mark)) busy.add(data.marks[mark]);
  return busy;
}

function axisShapes(frame, tops) {
  const step = niceStep((frame.to - frame.from) / Math.max(2, (frame.right - frame.left) / 110));
  const shapes = [];
  for (let at = Math.ceil(frame.from / step) * step; at <= frame.to; at += step) {
    const x = round(frame.scale(at));
    shapes.push({ tag: 'path', class: 'grid', d: `M${x} 4V${tops.axis}` });
    const anchor = x > frame.right - 24 ? 'end' : x < frame.left + 12 ? 'start' : 'middle';
    shapes.push({ tag: 'text', class: 'tick', x, y: tops.axis + 16, anchor, text: timeLabel(at, step) });
  }
  return shapes;
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const times = [1, 2, 5, 10].find((candidate) => candidate * power >= rough);
  return (times || 10) * power;
}

/** `at` and `step` in tenths of a millisecond. */
function timeLabel(at, step) {
  if (step >= 1000) return `${(at / 10000).toFixed(step >= 10000 ? 0 : 1)} s`;
  return `${(at / 10).toFixed(step >= 10 ? 0 : 1)} ms`;
}

function faultShapes(data, frame, tops) {
  return data.faults.flatMap((fault, index) => {
    if (fault.to < frame.from || fault.from > frame.to) return [];
    const x = round(frame.clamp(frame.scale(fault.from)));
    const end = round(frame.clamp(frame.scale(fault.to)));
    const width = round(Math.max(2, end - x));
    const y = tops.faults[index];
    const label = `${fault.label} · ${fault.hits} ${fault.hits === 1 ? 'hit' : 'hits'}`;
    const room = frame.right - x;
    const textWidth = label.length * 6.4;
    const turned = textWidth > room;
    const shapes = [
      { tag: 'rect', class: 'fault-bar', x, y: y + 2, width, height: FAULT_PX - 6, rx: 3 },
      turned
        ? { tag: 'text', class: 'fault-label', x: frame.right, y: y + 15, anchor: 'end', text: label }
        : { tag: 'text', class: 'fault-label', x: x + 6, y: y + 15, text: label },
    ];
    data.lanes.forEach((lane, at) => {
      if (!tops.lanes[at] || !lane.faults.includes(index)) return;
      const { top, bottom } = tops.lanes[at];
      shapes.push({ tag: 'rect', class: 'fault-zone', x, y: top + 1, width, height: bottom - top - 2 });
      shapes.push({
        tag: 'path',
        class: 'fault-edge',
        d: `M${x} ${top + 1}V${bottom - 1}M${round(x + width)} ${top + 1}V${bottom - 1}`,
      });
    });
    return shapes;
  });
}

function eventShapes(data, frame, tops) {
  let free = -Infinity;
  return data.events.flatMap((event) => {
    if (event.at < frame.from || event.at > frame.to) return [];
    const x = round(frame.scale(event.at));
    const y = tops.events;
    const shapes = [{ tag: 'path', class: 'event-line', d: `M${x} ${y + 4}V${tops.axis}`, title: event.text }];
    const textWidth = event.text.length * 6.2;
    const turned = x + textWidth > frame.right;
    const begins = turned ? x - textWidth - 5 : x + 5;
    if (begins > free) {
      shapes.push({
        tag: 'text',
        class: 'event-label',
        x: turned ? x - 5 : x + 5,
        y: y + 14,
        anchor: turned ? 'end' : 'start',
        text: event.text,
      });
      free = begins + textWidth + 8;
    }
    return shapes;
  });
}

function laneFrame(lane, place, frame) {
  const shapes = [{ tag: 'path', class: 'lane-line', d: `M0 ${place.top}H${frame.right}` }];
  const name = lane.edge.replace('->', ' → ');
  const most = frame.compact ? 44 : 24;
  const text = name.length > most ? `${name.slice(0, most - 1)}…` : name;
  shapes.push({ tag: 'text', class: 'lane-label', x: 4, y: place.top + (frame.compact ? 14 : 20), text, title: name });
  for (const [spans, top, label] of [
    [lane.seen, place.seen, 'breaker, seen on the wire'],
    [lane.said, place.said, 'breaker, said by service'],
  ]) {
    if (!spans) continue;
    if (!frame.compact) shapes.push({ tag: 'text', class: 'strip-label', x: 4, y: top + 10, text: label });
    shapes.push(...spans.flatMap((span) => stripShapes(span, top, frame)));
  }
  return shapes;
}

function stripShapes(span, top, frame) {
  if (span.to < frame.from || span.from > frame.to) return [];
  const x = round(frame.clamp(frame.scale(span.from)));
  const width = round(Math.max(1.5, frame.clamp(frame.scale(span.to)) - x));
  const high = { closed: 3, 'half-open': STRIP_PX - 2, open: STRIP_PX - 2 }[span.state] || 3;
  const shapes = [
    {
      tag: 'rect',
      class: `strip strip-${span.state}`,
      x,
      y: top + (STRIP_PX - high) - 1,
      width,
      height: high,
      title: span.state,
    },
  ];
  if (span.state !== 'closed' && width > span.state.length * 6.5 + 6) {
    shapes.push({ tag: 'text', class: `strip-text on-${span.state}`, x: round(x + 4), y: top + 9, text: span.state });
  }
  return shapes;
}

/** True when the view shows this mark. `mark` is the index of its first number. */
export function markShown(data, view, mark) {
  const { marks } = data;
  const from = marks[mark + 2];
  if (from + marks[mark + 3] < view.from || from > view.to) return false;
  const look = LOOK_NAMES[marks[mark + 4]];
  const touched = marks[mark + 7] >= 0;
  if (view.show === 'touched' && !touched) return false;
  if (view.show === 'failed' && (look === 'answered' || look === 'message' || look === 'open')) return false;
  if (view.show === 'messages' && look !== 'message') return false;
  if (!view.text) return true;
  return `${data.lanes[marks[mark]].edge} ${data.operations[marks[mark + 5]]}`.toLowerCase().includes(view.text);
}

/** One path per look: thousands of marks stay a handful of elements. */
function markShapes(data, frame, tops) {
  const bars = LOOK_NAMES.map(() => []);
  const signs = LOOK_NAMES.map(() => []);
  const touched = [];
  for (let mark = 0; mark < data.marks.length; mark += MARK_FIELDS) {
    if (!markShown(data, frame, mark)) continue;
    const look = data.marks[mark + 4];
    const y = tops.lanes[data.marks[mark]].marks + data.marks[mark + 1] * ROW_PX + 3;
    const x = round(frame.clamp(frame.scale(data.marks[mark + 2])));
    const end = round(Math.max(x + 2, frame.clamp(frame.scale(data.marks[mark + 2] + data.marks[mark + 3]))));
    if (LOOK_NAMES[look] === 'message') bars[look].push(`M${x} ${y - 2.5}l2.5 2.5-2.5 2.5-2.5-2.5z`);
    else {
      bars[look].push(`M${x} ${y}H${end}`);
      signs[look].push(endSign(LOOK_NAMES[look], end, y));
    }
    if (data.marks[mark + 7] >= 0) touched.push(`M${round(x - 3.5)} ${y}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0`);
  }
  return [
    ...bars.flatMap((list, look) =>
      list.length ? [{ tag: 'path', class: `mark m-${LOOK_NAMES[look]}`, d: list.join('') }] : [],
    ),
    ...signs.flatMap((list, look) => {
      const d = list.join('');
      return d === '' ? [] : [{ tag: 'path', class: `sign s-${LOOK_NAMES[look]}`, d }];
    }),
    ...(touched.length ? [{ tag: 'path', class: 'touched', d: touched.join('') }] : []),
  ];
}

/** What stands at the end of a bar, so that outcomes are told apart by shape too. */
function endSign(look, x, y) {
  if (look === 'error') return `M${x} ${round(y - 4)}v8l3.5-4z`;
  if (look === 'gave-up') return `M${x} ${round(y - 4)}v8`;
  if (look === 'reset') return `M${round(x - 3)} ${round(y - 3)}l6 6m0-6l-6 6`;
  if (look === 'refused') return `M${round(x - 3)} ${round(y - 3)}h6v6h-6z`;
  return '';
}

function round(value) {
  return Math.round(value * 10) / 10;
}
