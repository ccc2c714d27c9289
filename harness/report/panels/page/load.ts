/** What a load did to the system: over time, per fault phase, against its thresholds, and what each call cost behind the door. */

import type { LoadAmplification, LoadNotJudged, LoadPhase, LoadResult, LoadThreshold } from '../../../core/index.ts';
import { loadSvg } from '../../drawing/load.ts';
import { count, duration, percent, plural } from '../../format.ts';
import type { PagePanel } from '../../panel.ts';
import { badge } from '../../parts/badge.ts';
import { type Content, type Drawn, h } from '../../parts/element.ts';
import { table } from '../../parts/table.ts';
import { command, edgeName, evidence, folded, note } from '../../parts/text.ts';

const PHASES = ['before', 'during', 'after'] as const;
const PHASE_WORDS = {
  all: 'whole load',
  before: 'before the faults',
  during: 'faults on',
  after: 'after the heal',
} as const;
const BYTES_PER_MB = 1_000_000;

const panel: PagePanel = {
  name: 'load',
  title: 'Load',
  lead:
    'Arrivals came at the given rate whether or not the system kept up. A request that overlaps the faults at all counts ' +
    'as faults on. Afterwards the ledger of every order was judged.',
  order: 35,
  place: 'page',
  render: ({ run: { load } }) => {
    if (load === undefined) return null;
    return h(
      'div',
      { class: `card ${load.verdict}`, 'data-item': load.verdict },
      h('h3', null, load.scenario, ' ', badge(load.verdict)),
      h('p', null, asked(load)),
      h('div', { class: 'part' }, load.verdicts.map(verdictLine), (load.notJudged ?? []).map(notJudgedLine)),
      part(
        'Over time',
        h(
          'div',
          { class: 'scroll chart', tabIndex: 0, role: 'region', 'aria-label': 'Load over time (drawing)' },
          loadSvg(load),
        ),
      ),
      part('Per phase', phaseTable(load.phases)),
      load.thresholds.length === 0 ? null : part('Thresholds', thresholdTable(load.thresholds)),
      part('Recovery, budget, ledger', facts(load)),
      load.faults.length === 0 ? null : part('Faults and proof that they acted', faultTable(load)),
      load.amplification.length === 0 ? null : part('Calls behind the door', amplificationTable(load.amplification)),
      h('p', { class: 'muted' }, 'To see it again:'),
      command(load.repeat),
    );
  },
};

function asked({ description, rate, durationMs, with: experiment, engine, seed }: LoadResult): string {
  const faults = experiment === undefined ? '' : `, with the faults of “${experiment.name}” in the middle third`;
  const by = engine.processes === 1 ? `k6 ${engine.version}` : `${engine.processes} processes of k6 ${engine.version}`;
  return `${description}: up to ${count(rate)} arrivals a second for ${duration(durationMs)}${faults}. Seed ${seed}, driven by ${by}.`;
}

function part(title: string, ...content: Content[]): Drawn {
  return h('div', { class: 'part' }, h('h4', null, title), content);
}

function verdictLine({ status, check, summary, evidence: lines }: LoadResult['verdicts'][number]): Drawn {
  return h(
    'div',
    { class: status },
    h('p', { class: 'check-line' }, badge(status), ' ', h('b', { class: 'check-name' }, check), ' ', summary),
    status === 'pass' ? null : evidence(lines, 8),
  );
}

function notJudgedLine({ check, why }: LoadNotJudged): Drawn {
  return h('p', { class: 'check-line muted' }, 'not judged ', h('b', { class: 'check-name' }, check), ` ${why}`);
}

function phaseTable(phases: readonly LoadPhase[]): Drawn {
  const ms = (value: number | undefined) => (value === undefined ? '–' : duration(value));
  return table({
    caption: 'Requests per phase',
    quiet: true,
    columns: [
      { head: 'Phase' },
      ...['Requests', 'Per second', 'Errors', 'Error rate', 'p50', 'p90', 'p95', 'p99', 'Longest'].map((head) => ({
        head,
        figures: true,
      })),
    ],
    rows: phases.map(({ phase, requests, throughput, errors, latency }) => [
      PHASE_WORDS[phase],
      count(requests),
      count(Math.round(throughput * 10) / 10),
      count(errors),
      requests === 0 ? '–' : percent(errors, requests),
      ...[latency?.p50, latency?.p90, latency?.p95, latency?.p99, latency?.max].map(ms),
    ]),
  });
}

function thresholdTable(thresholds: readonly LoadThreshold[]): Drawn {
  return table({
    caption: 'Thresholds',
    quiet: true,
    columns: [{ head: 'Threshold' }, { head: 'Verdict' }, { head: 'Measured', figures: true }, { head: 'Set by' }],
    rows: thresholds.map(({ text, status, value, unit, by }) => [
      h('code', null, text),
      badge(status),
      value === undefined
        ? 'nothing'
        : unit === 'ms'
          ? duration(value)
          : `${count(Math.round(value * 100) / 100)} ${unit}`,
      by === 'scenario' ? 'the scenario' : 'the command line',
    ]),
  });
}

function facts(load: LoadResult): Drawn[] {
  const { recovery, budget, accepted, dropped, quietAfterMs, state, memory } = load;
  const states = Object.entries(state.byState)
    .map(([name, entities]) => `${count(entities)} ${name}`)
    .join(', ');
  const sentences = [
    ...(recovery === undefined
      ? []
      : [
          recovery.tookMs === undefined
            ? `The door was not back by the end of the load. Back means: ${recovery.rule}.`
            : `The door was back ${duration(recovery.tookMs)} after the last heal: ${recovery.rule}.`,
        ]),
    `The whole system was quiet ${duration(quietAfterMs)} after the ${load.faults.length > 0 ? 'later of heal and last answer' : 'last answer'}.`,
    `Error budget: with ${percent(budget.target, 1)} to succeed, ${plural(Math.floor(budget.allowed), 'error')} may happen; ` +
      `${count(budget.errors)} happened, ${count(Math.round(100 * budget.used))} % of the budget.`,
    `${plural(accepted, 'order')} accepted at the door, ${plural(state.entities, 'order')} in the ledger${states === '' ? '' : `: ${states}`}.`,
    ...(dropped > 0 ? [`${plural(dropped, 'arrival')} could not be started: too many were under way.`] : []),
    `The harness used ${Math.round(memory.startBytes / BYTES_PER_MB)} MB at the start and ${Math.round(memory.peakBytes / BYTES_PER_MB)} MB at most.`,
    ...memoryOverTime(memory),
  ];
  return [
    h(
      'ul',
      null,
      sentences.map((sentence) => h('li', null, sentence)),
    ),
  ];
}

/** Medians of the first and the last third: what is kept without bound would show as the difference. */
function memoryOverTime({ samples = [] }: LoadResult['memory']): string[] {
  const third = Math.floor(samples.length / 3);
  if (third < 5) return [];
  const medianOf = (part: typeof samples, read: (sample: (typeof samples)[number]) => number | undefined) => {
    const sorted = part.flatMap((sample) => read(sample) ?? []).sort((a, b) => a - b);
    return `${Math.round((sorted[Math.floor(sorted.length / 2)] ?? 0) / BYTES_PER_MB)} MB`;
  };
  const [first, last] = [samples.slice(0, third), samples.slice(-third)];
  const told = (read: Parameters<typeof medianOf>[1]) => `${medianOf(first, read)} and ${medianOf(last, read)}`;
  const wire = samples.some(({ wireBytes }) => wireBytes !== undefined);
  const more = wire ? `, the wire ${told(({ wireBytes }) => wireBytes)}` : '';
  return [
    `Memory in the first and in the last third of the load: the harness ${told(({ harnessBytes }) => harnessBytes)}${more}.`,
  ];
}

function faultTable({ faults, startedAt, notHealed }: LoadResult): Content[] {
  return [
    table({
      caption: 'Faults of this load',
      quiet: true,
      columns: [
        { head: 'Fault' },
        { head: 'Target' },
        { head: 'Hits', figures: true },
        { head: 'Counted by' },
        { head: 'Injected at', figures: true },
        { head: 'Lasted', figures: true },
      ],
      rows: faults.map(({ spec, hits, countedBy, injectedAt, healedAt }) => [
        spec.fault,
        edgeName(spec.target),
        hits === 0 ? h('b', { class: 'no-hit' }, '0, never landed') : count(hits),
        countedBy,
        duration(injectedAt - startedAt),
        healedAt === undefined ? 'to the end' : duration(healedAt - injectedAt),
      ]),
    }),
    notHealed.length === 0
      ? null
      : h('p', { class: 'trouble' }, h('strong', null, 'Not back after the heal: '), notHealed.join('; ')),
  ];
}

/** One row per edge, one column per phase. */
function amplificationTable(rows: readonly LoadAmplification[]): Content[] {
  const edges = [...new Set(rows.map(({ edge }) => edge))];
  const phases = rows.some(({ phase }) => phase !== 'all') ? (['all', ...PHASES] as const) : (['all'] as const);
  const of = (edge: string, phase: string) => rows.find((row) => row.edge === edge && row.phase === phase);
  return [
    note(
      'Calls on each edge for every call at the door: what is above 1, or grows while faults are on, is amplification.',
    ),
    folded(
      plural(edges.length, 'edge'),
      table({
        caption: 'Calls behind the door for each call at it',
        quiet: true,
        columns: [
          { head: 'Edge' },
          { head: 'Calls', figures: true },
          ...phases.map((phase) => ({ head: PHASE_WORDS[phase], figures: true })),
        ],
        rows: edges.map((edge) => [
          edgeName(edge),
          count(of(edge, 'all')?.calls ?? 0),
          ...phases.map((phase) => (of(edge, phase)?.perCall ?? 0).toFixed(2)),
        ]),
      }),
    ),
  ];
}

export default panel;
