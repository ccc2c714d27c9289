/**
 * Makes the timelines of the page live: keys, buttons, filters. Each is made ready when it first comes near the
 * screen.
 */
import { drawTimeline, moveTimeline, zoomTimeline } from './timeline-draw.js';
import { listenToPointer } from './timeline-pointer.js';
import { stepMark } from './timeline-read.js';

const TIMELINE_KEYS = {
  '+': 'in',
  '=': 'in',
  '-': 'out',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  0: 'whole',
  p: 'previous',
  n: 'next',
};

function timelineActs(t) {
  const quarter = () => (t.view.to - t.view.from) / 4;
  return {
    in: () => zoomTimeline(t, 0.5),
    out: () => zoomTimeline(t, 2),
    left: () => moveTimeline(t, t.view.from - quarter()),
    right: () => moveTimeline(t, t.view.from + quarter()),
    whole: () => moveTimeline(t, 0, t.data.span),
    previous: () => stepMark(t, -1),
    next: () => stepMark(t, 1),
  };
}

function setUpTimeline(figure) {
  const data = JSON.parse(figure.querySelector('[data-lanes]').textContent);
  const chart = figure.querySelector('[data-chart]');
  const svg = chart.querySelector('svg');
  const view = { width: 0, from: 0, to: data.span, compact: false, show: 'all', text: '' };
  const t = { data, chart, svg, view, chosen: -1, drawing: undefined };
  t.layer = svg.querySelector('[data-shapes]');
  t.readout = figure.querySelector('[data-readout]');
  listenToControls(t, figure);
  listenToPointer(t);
  new ResizeObserver(() => {
    if (chart.clientWidth > 0 && Math.round(chart.clientWidth) !== view.width) drawTimeline(t);
  }).observe(chart);
  drawTimeline(t);
}

function listenToControls(t, figure) {
  const acts = timelineActs(t);
  t.chart.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = TIMELINE_KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    acts[act]();
  });
  for (const button of figure.querySelectorAll('[data-act]')) {
    button.addEventListener('click', () => acts[button.dataset.act]());
  }
  const { view } = t;
  const filter = (member, event) => {
    view[member] = event.target.value.trim().toLowerCase();
    drawTimeline(t);
  };
  figure.querySelector('[data-show]').addEventListener('change', (event) => filter('show', event));
  figure.querySelector('[data-find]').addEventListener('input', (event) => filter('text', event));
}

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
