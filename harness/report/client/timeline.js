/** Zooming, filtering and reading the timelines. Shapes come from `lanes.js`; all text is set as text. */
import { laneShapes, markShown } from './lanes.js';

const SVG = 'http://www.w3.org/2000/svg';
const FIELD_COUNT = 8;
const LOOK_WORDS = ['answered', 'error', 'gave up (time-out)', 'connection reset', 'refused', 'still open', 'message'];

function setUpTimeline(figure) {
  const data = JSON.parse(figure.querySelector('[data-lanes]').textContent);
  const chart = figure.querySelector('[data-chart]');
  const svg = chart.querySelector('svg');
  const layer = svg.querySelector('[data-shapes]');
  const readout = figure.querySelector('[data-readout]');
  const view = { width: 1000, from: 0, to: data.span, compact: false, show: 'all', text: '' };
  let drawing;
  let chosen = -1;

  const draw = () => {
    view.width = Math.max(280, Math.round(chart.clientWidth));
    view.compact = view.width < 640;
    drawing = laneShapes(data, view);
    svg.setAttribute('viewBox', `0 0 ${view.width} ${drawing.height}`);
    svg.setAttribute('width', view.width);
    svg.setAttribute('height', drawing.height);
    layer.replaceChildren(...drawing.shapes.map(element), ...pointer());
  };

  /** A ring around the chosen mark. */
  const pointer = () => {
    if (chosen < 0 || !markShown(data, view, chosen)) return [];
    const x =
      drawing.left + ((data.marks[chosen + 2] - view.from) / (view.to - view.from)) * (drawing.right - drawing.left);
    const y = drawing.lanes[data.marks[chosen]].marks + data.marks[chosen + 1] * 6 + 3;
    return [
      element({
        tag: 'path',
        class: 'chosen',
        d: `M${x - 7} ${y}a7 7 0 1 0 14 0a7 7 0 1 0-14 0M${x} ${y + 7}V${drawing.height - 24}`,
      }),
    ];
  };

  const zoom = (factor, around = (view.from + view.to) / 2) => {
    const length = Math.min(data.span, Math.max(20, (view.to - view.from) * factor));
    const share = (around - view.from) / (view.to - view.from);
    move(around - share * length, length);
  };
  const move = (from, length = view.to - view.from) => {
    view.from = Math.max(0, Math.min(data.span - length, from));
    view.to = view.from + length;
    draw();
  };

  const step = (direction) => {
    const wide = { ...view, from: 0, to: data.span };
    const last = data.marks.length - FIELD_COUNT;
    let mark = chosen < 0 ? (direction > 0 ? 0 : last) : chosen + direction * FIELD_COUNT;
    for (; mark >= 0 && mark <= last; mark += direction * FIELD_COUNT)
      if (markShown(data, wide, mark)) return choose(mark);
    readout.textContent = direction > 0 ? 'No mark after this one.' : 'No mark before this one.';
  };
  const choose = (mark) => {
    chosen = mark;
    const at = data.marks[mark + 2];
    if (at < view.from || at > view.to) move(at - (view.to - view.from) / 2);
    else draw();
    readout.textContent = describe(mark);
  };
  const describe = (mark) => {
    const [lane, , from, lasted, look, operation, status, fault] = data.marks.slice(mark, mark + FIELD_COUNT);
    const parts = [
      `${(from / 10).toFixed(1)} ms`,
      data.lanes[lane].edge.replace('->', ' → '),
      data.operations[operation],
      LOOK_WORDS[look] + (status ? ` ${status}` : ''),
    ];
    if (look !== 6) parts.push(`took ${(lasted / 10).toFixed(1)} ms`);
    if (fault >= 0) parts.push(`touched by ${data.faults[fault].label}`);
    return parts.join(' · ');
  };

  const acts = {
    in: () => zoom(0.5),
    out: () => zoom(2),
    left: () => move(view.from - (view.to - view.from) / 4),
    right: () => move(view.from + (view.to - view.from) / 4),
    whole: () => move(0, data.span),
    previous: () => step(-1),
    next: () => step(1),
  };
  const keys = {
    '+': 'in',
    '=': 'in',
    '-': 'out',
    ArrowLeft: 'left',
    ArrowRight: 'right',
    0: 'whole',
    p: 'previous',
    n: 'next',
  };
  chart.addEventListener('keydown', (event) => {
    const act =
      event.ctrlKey || event.metaKey || event.altKey
        ? undefined
        : keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    acts[act]();
  });
  for (const button of figure.querySelectorAll('[data-act]'))
    button.addEventListener('click', () => acts[button.dataset.act]());
  figure.querySelector('[data-show]').addEventListener('change', (event) => {
    view.show = event.target.value;
    draw();
  });
  figure.querySelector('[data-find]').addEventListener('input', (event) => {
    view.text = event.target.value.trim().toLowerCase();
    draw();
  });

  const timeAt = (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * view.width;
    return view.from + ((x - drawing.left) / (drawing.right - drawing.left)) * (view.to - view.from);
  };
  const nearest = (event) => {
    const box = svg.getBoundingClientRect();
    const y = event.clientY - box.top;
    const lane = drawing.lanes.findIndex((place) => place && y >= place.top && y < place.bottom);
    const at = timeAt(event);
    const reach = ((view.to - view.from) / (drawing.right - drawing.left)) * 12;
    let best = -1;
    let least = reach;
    for (let mark = 0; mark < data.marks.length; mark += FIELD_COUNT) {
      if (data.marks[mark] !== lane || !markShown(data, view, mark)) continue;
      const from = data.marks[mark + 2];
      const away = Math.max(0, from - at, at - from - data.marks[mark + 3]);
      const off = Math.abs(y - drawing.lanes[lane].marks - data.marks[mark + 1] * 6 - 3) * (reach / 24);
      if (away < reach && away + off < least) {
        least = away + off;
        best = mark;
      }
    }
    return best;
  };
  let drag;
  svg.addEventListener('pointermove', (event) => {
    if (drag) {
      const moved = ((event.clientX - drag.x) / (drawing.right - drawing.left)) * (view.to - view.from);
      move(drag.from - moved);
      return;
    }
    const mark = nearest(event);
    if (mark >= 0) readout.textContent = describe(mark);
  });
  svg.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'mouse' || event.button !== 0) return;
    drag = { x: event.clientX, from: view.from };
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener('pointerup', () => {
    drag = undefined;
  });
  svg.addEventListener('click', (event) => {
    const mark = nearest(event);
    if (mark >= 0) choose(mark);
  });
  svg.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.3 : 1 / 1.3, timeAt(event));
    },
    { passive: false },
  );
  new ResizeObserver(() => {
    if (chart.clientWidth > 0 && Math.round(chart.clientWidth) !== view.width) draw();
  }).observe(chart);
  draw();
}

function element(shape) {
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

/** A timeline is made ready when it first comes near the screen. */
const watcher = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watcher.unobserve(entry.target);
      setUpTimeline(entry.target);
    }
  },
  { rootMargin: '200px' },
);
for (const figure of document.querySelectorAll('[data-timeline]')) watcher.observe(figure);
