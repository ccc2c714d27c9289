/** Every exchange of the case on the lane of its edge, over time, with the faults as bands. */

import { MARK_FIELDS } from '../../client/lanes.js';
import type { CaseDigest } from '../../digest/case.ts';
import type { Timeline } from '../../digest/timeline.ts';
import { timelineSvg } from '../../drawing/timeline.ts';
import { inlineJson } from '../../escape.ts';
import { count, duration, plural } from '../../format.ts';
import type { ExperimentPanel } from '../../panel.ts';
import { type Drawn, h } from '../../parts/element.ts';
import { table } from '../../parts/table.ts';
import { edgeName, folded } from '../../parts/text.ts';
import { OUTCOMES } from '../../words.ts';

const panel: ExperimentPanel = {
  name: 'timeline',
  title: 'What happened, edge by edge',
  order: 40,
  place: 'experiment',
  render: ({ case: digest, anchor, result }) => {
    if (digest === undefined) return null;
    const { timeline } = digest;
    const help = `${anchor}-keys`;
    return h(
      'figure',
      { class: 'timeline', 'data-timeline': '' },
      controls(),
      h(
        'div',
        {
          class: 'chart lanes-frame',
          tabIndex: 0,
          role: 'group',
          'aria-label': `Timeline of ${result.name}`,
          'aria-describedby': help,
          'data-chart': '',
        },
        timelineSvg(timeline, `Timeline of ${result.name}`, `${anchor}-lanes`),
      ),
      h(
        'p',
        { class: 'readout needs-script', 'data-readout': '', 'aria-live': 'polite' },
        'Point at a mark, or step through them with N and P.',
      ),
      h(
        'p',
        { id: help, class: 'muted small needs-script' },
        'Keys on the picture: ← → move, + − zoom, 0 whole case, N and P next and previous mark.',
      ),
      legend(timeline),
      h('script', {
        type: 'application/json',
        'data-lanes': '',
        dangerouslySetInnerHTML: { __html: inlineJson(clientData(timeline)) },
      }),
      edgesTable(digest),
    );
  },
};

function controls(): Drawn {
  const button = (act: string, text: string, label: string) =>
    h('button', { type: 'button', 'data-act': act, 'aria-label': label, title: label }, text);
  const options = [
    ['all', 'everything'],
    ['touched', 'what a fault touched'],
    ['failed', 'what failed'],
    ['messages', 'messages'],
  ];
  return h(
    'div',
    { class: 'timeline-tools needs-script', role: 'group', 'aria-label': 'Timeline view' },
    h(
      'label',
      null,
      'Show ',
      h(
        'select',
        { 'data-show': '' },
        options.map(([value, text]) => h('option', { value }, text)),
      ),
    ),
    h(
      'label',
      null,
      'whose edge or operation has ',
      h('input', { type: 'search', size: 14, 'data-find': '', placeholder: 'psp, /orders, …' }),
    ),
    h(
      'span',
      { class: 'buttons' },
      button('out', '−', 'Zoom out'),
      button('in', '+', 'Zoom in'),
      button('left', '←', 'Earlier'),
      button('right', '→', 'Later'),
      button('whole', 'Whole', 'Show the whole case'),
      button('previous', '‹ P', 'Previous mark'),
      button('next', 'N ›', 'Next mark'),
    ),
  );
}

function legend(timeline: Timeline): Drawn {
  const said = sayings(timeline);
  return h(
    'figcaption',
    { class: 'legend' },
    Object.entries(OUTCOMES).map(([look, meaning]) => h('span', { title: meaning }, swatch(look), look)),
    h('span', null, swatch('touched'), 'touched by a fault'),
    h('span', null, h('i', { class: 'key-band', 'aria-hidden': 'true' }), 'fault in force'),
    said.length === 0 ? null : h('span', { class: 'said' }, said.join(' ')),
  );
}

/** What the picture does not show, and why. */
function sayings({ drawn, total, idle, faults, marks }: Timeline): string[] {
  const isTouched = marks.some((value, index) => index % MARK_FIELDS === MARK_FIELDS - 1 && value >= 0);
  const texts: string[] = [];
  if (drawn < total)
    texts.push(
      `${count(drawn)} of ${count(total)} marks are drawn: first all that failed or was touched, then ` +
        'an even choice of the rest.',
    );
  if (idle > 0)
    texts.push(
      `${plural(idle, 'idle exchange')} (such as empty fetches and heartbeats, as the topology declares) left out.`,
    );
  if (!isTouched && faults.some((fault) => fault.hits > 0))
    texts.push(
      'The fault acted on connections or processes, so no single exchange is ringed: its band shows ' +
        'when it was in force.',
    );
  return texts;
}

const SIGNS: Readonly<Record<string, string>> = {
  error: 'M18 2v8l4-4z',
  'gave-up': 'M18 2v8',
  reset: 'M15 3l6 6m0-6l-6 6',
  refused: 'M15 3h6v6h-6z',
};

function swatch(look: string): Drawn {
  const body =
    look === 'message'
      ? h('path', { class: 'mark m-message', d: 'M12 2.5l3.5 3.5-3.5 3.5-3.5-3.5z' })
      : look === 'touched'
        ? h('path', { class: 'touched', d: 'M8 6a4 4 0 1 0 8 0a4 4 0 1 0-8 0' })
        : [
            h('path', { class: `mark m-${look}`, d: 'M2 6H18' }),
            look in SIGNS ? h('path', { class: `sign s-${look}`, d: SIGNS[look] }) : null,
          ];
  return h(
    'svg',
    { class: 'swatch', viewBox: '0 0 24 12', width: 24, height: 12, 'aria-hidden': 'true', focusable: 'false' },
    body,
  );
}

function clientData({ drawn: _drawn, total: _total, idle: _idle, ...data }: Timeline): object {
  return data;
}

function edgesTable({ edges }: CaseDigest): Drawn {
  const looks = ['answered', 'error', 'gave-up', 'reset', 'refused', 'open'] as const;
  return folded(
    'Exchanges per edge, in figures',
    table({
      caption: 'Exchanges per edge with faults, idle ones left out',
      columns: [
        { head: 'Edge' },
        { head: 'All', figures: true },
        ...looks.map((look) => ({ head: look, figures: true })),
        { head: 'touched', figures: true },
        { head: 'median', figures: true },
        { head: '95th pct.', figures: true },
        { head: 'longest', figures: true },
      ],
      rows: edges.map((edge) => [
        edgeName(edge.edge),
        count(edge.exchanges),
        ...looks.map((look) => count(edge.byLook[look] ?? 0)),
        count(edge.touched),
        duration(edge.spread.p50Ms),
        duration(edge.spread.p95Ms),
        duration(edge.spread.maxMs),
      ]),
    }),
  );
}

export default panel;
