/** A load over time: latency above, requests and errors below, on one axis, with the time of the faults as a band. */
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { LoadResult, LoadStep } from '../../core/index.ts';
import { count, duration, shorten } from '../format.ts';
import { type Drawn, h } from '../parts/element.ts';

const WIDTH = 960;
const LEFT = 64;
const RIGHT = 16;
const TOP = 30;
const LATENCY_PX = 150;
const GAP = 34;
const RATE_PX = 90;
const BOTTOM = 30;
const HEIGHT = TOP + LATENCY_PX + GAP + RATE_PX + BOTTOM;
const RATE_TOP = TOP + LATENCY_PX + GAP;

type Scale = (value: number) => number;

export function loadSvg(load: LoadResult): Drawn {
  const { steps, stepMs } = load.series;
  const endMs = Math.max(1, steps.length * stepMs);
  const x = scaleLinear([0, endMs], [LEFT, WIDTH - RIGHT]);
  return h(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: 'img',
      'aria-labelledby': 'load-drawing-title load-drawing-desc',
      class: 'load-chart',
    },
    h('title', { id: 'load-drawing-title' }, `${load.scenario}: latency, requests and errors over time`),
    h('desc', { id: 'load-drawing-desc' }, describe(load, endMs)),
    band(load, x, endMs),
    timeAxis(x),
    latency(steps, stepMs, x),
    rates(steps, stepMs, x),
  );
}

/** From the first injection to the last heal, over both parts. */
function band(load: LoadResult, x: Scale, endMs: number): Drawn | null {
  const during = load.phases.find(({ phase }) => phase === 'during');
  if (during === undefined || load.faults.length === 0) return null;
  const from = round(x(Math.max(0, during.fromMs)));
  const to = round(x(Math.min(endMs, during.toMs)));
  const names = load.faults.map(({ spec }) => `${spec.fault} on ${spec.target.replace('->', ' → ')}`).join(', ');
  const bottom = RATE_TOP + RATE_PX;
  return h(
    'g',
    null,
    h('title', null, names),
    h('rect', { class: 'fault-zone', x: from, y: TOP - 4, width: Math.max(1, to - from), height: bottom - TOP + 4 }),
    h('path', { class: 'fault-edge', d: `M${from} ${TOP - 4}V${bottom}M${to} ${TOP - 4}V${bottom}` }),
    h('text', { class: 'fault-label', x: from + 4, y: TOP - 10 }, shorten(names, 90)),
  );
}

function timeAxis(x: ReturnType<typeof scaleLinear<number>>): Drawn {
  const bottom = RATE_TOP + RATE_PX;
  const ticks = x.ticks(8).map((tick) => {
    const at = round(x(tick));
    return h(
      'g',
      null,
      h('path', { class: 'grid', d: `M${at} ${TOP}V${bottom}` }),
      h('text', { class: 'tick', x: at, y: bottom + 18, 'text-anchor': 'middle' }, tick === 0 ? '0' : duration(tick)),
    );
  });
  return h('g', null, ticks);
}

function latency(steps: readonly LoadStep[], stepMs: number, x: Scale): Drawn {
  const top = Math.max(1, ...steps.map(({ p95 }) => p95 ?? 0));
  const y = scaleLinear([0, top], [TOP + LATENCY_PX, TOP]).nice(4);
  const shape = (read: (step: LoadStep) => number | undefined) =>
    line<LoadStep>()
      .defined((step) => read(step) !== undefined)
      .x((step) => round(x(step.fromMs + stepMs / 2)))
      .y((step) => round(y(read(step) ?? 0)))(steps as LoadStep[]) ?? '';
  return h(
    'g',
    null,
    valueAxis(y, duration, 'latency'),
    h('path', { class: 'load-line load-p95', d: shape(({ p95 }) => p95) }),
    h('path', { class: 'load-line load-p50', d: shape(({ p50 }) => p50) }),
    nameOf(steps, 'p95', x, y, stepMs),
    nameOf(steps, 'p50', x, y, stepMs),
  );
}

/** The name of a line beside it, so that it is not told by colour alone: p95 at its highest point, p50 at its end. */
function nameOf(steps: readonly LoadStep[], name: 'p50' | 'p95', x: Scale, y: Scale, stepMs: number): Drawn | null {
  const known = steps.filter((step) => step[name] !== undefined);
  const highest = known.toSorted((a, b) => (b[name] ?? 0) - (a[name] ?? 0))[0];
  const named = name === 'p95' ? highest : known.at(-1);
  if (named === undefined) return null;
  const at = { x: round(x(named.fromMs + stepMs / 2)), y: Math.max(TOP + 8, round(y(named[name] ?? 0) - 5)) };
  const anchor = at.x > WIDTH - 100 ? 'end' : 'start';
  return h('text', { class: 'load-name', ...at, 'text-anchor': anchor }, `${name} ${duration(named[name] ?? 0)}`);
}

/** Requests per second as bars; those that failed stand at their foot, hatched by a line of their own. */
function rates(steps: readonly LoadStep[], stepMs: number, x: Scale): Drawn {
  const perSecond = (value: number) => value / (stepMs / 1_000);
  const top = Math.max(1, ...steps.map(({ requests }) => perSecond(requests)));
  const y = scaleLinear([0, top], [RATE_TOP + RATE_PX, RATE_TOP]).nice(3);
  const foot = RATE_TOP + RATE_PX;
  const bars = steps.map(({ fromMs, requests, errors }) => {
    const left = round(x(fromMs));
    const width = Math.max(0.5, round(x(fromMs + stepMs) - x(fromMs)) - 0.5);
    const bar = (value: number, look: string) =>
      h('rect', {
        x: left,
        y: round(y(perSecond(value))),
        width,
        height: round(foot - y(perSecond(value))),
        class: look,
      });
    return [requests > 0 ? bar(requests, 'load-requests') : null, errors > 0 ? bar(errors, 'load-errors') : null];
  });
  return h(
    'g',
    null,
    valueAxis(y, (value) => `${count(value)}/s`, 'requests, errors'),
    bars,
  );
}

function valueAxis(y: ReturnType<typeof scaleLinear<number>>, write: (value: number) => string, name: string): Drawn {
  const [bottom = 0, top = 0] = y.range();
  const ticks = y
    .ticks(3)
    .map((tick) =>
      h(
        'g',
        null,
        h('path', { class: 'grid', d: `M${LEFT} ${round(y(tick))}H${WIDTH - RIGHT}` }),
        h(
          'text',
          { class: 'tick', x: LEFT - 6, y: round(y(tick) + 4), 'text-anchor': 'end' },
          tick === 0 ? '0' : write(tick),
        ),
      ),
    );
  return h('g', null, ticks, h('text', { class: 'tick', x: LEFT, y: Math.min(bottom, top) - 8 }, name));
}

/** What a listener should know of the picture; the figures stand in the table of phases. */
function describe(load: LoadResult, endMs: number): string {
  const { steps, stepMs } = load.series;
  const slowest = steps.reduce((most, { p95 = 0 }) => Math.max(most, p95), 0);
  const errors = steps.reduce((sum, step) => sum + step.errors, 0);
  const during = load.phases.find(({ phase }) => phase === 'during');
  const faults = during
    ? `faults were on from ${duration(during.fromMs)} to ${duration(during.toMs)}`
    : 'no fault was on';
  return (
    `${duration(endMs)} in steps of ${duration(stepMs)}; ${faults}; the highest p95 of a step is ${duration(slowest)}; ` +
    `${count(errors)} errors. The table of phases gives the same in figures.`
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
