/** All experiments in one table, worst first: the place from which a reader goes on. */

import { type RepeatSummary, worstOf } from '../../../core/index.ts';
import { count, duration } from '../../format.ts';
import type { PagePanel } from '../../panel.ts';
import { badge } from '../../parts/badge.ts';
import { h } from '../../parts/element.ts';
import { table } from '../../parts/table.ts';
import type { ExperimentView } from '../../view.ts';

const WEIGHT = { fail: 0, unknown: 1, pass: 2 } as const;

const panel: PagePanel = {
  name: 'overview',
  title: 'At a glance',
  lead: 'Worst first. A verdict of kept needs proof that the fault acted: its hits.',
  order: 30,
  place: 'page',
  render: ({ experiments, run }) => {
    if (experiments.length === 0) return run.load === undefined ? h('p', null, 'No experiment ran.') : null;
    const repeated = experiments.some(({ result }) => result.repeats !== undefined);
    return table({
      caption: 'Experiments, worst first',
      quiet: true,
      columns: [
        { head: 'Experiment' },
        { head: 'Verdict' },
        ...(repeated ? [{ head: 'Runs kept', figures: true }] : []),
        { head: 'Faults' },
        { head: 'Hits', figures: true },
        { head: 'Checks kept', figures: true },
        { head: 'Quiet after heal', figures: true },
        { head: 'Took', figures: true },
      ],
      rows: experiments
        .toSorted((a, b) => WEIGHT[a.result.verdict] - WEIGHT[b.result.verdict])
        .map((experiment) => row(experiment, repeated)),
    });
  },
};

function row({ result, anchor }: ExperimentView, repeated: boolean) {
  const faults = result.case?.faults ?? [];
  const verdicts = result.case?.verdicts ?? [];
  const kept = verdicts.filter((verdict) => verdict.status === 'pass').length;
  const worst = worstOf([result.verdict]);
  return [
    h('a', { href: `#${anchor}` }, result.name),
    [badge(worst), result.repeats?.outcome === 'flaky' ? h('span', { class: 'muted' }, ' flaky') : null],
    ...(repeated ? [runsKept(result.repeats)] : []),
    faults.length === 0
      ? 'none'
      : faults.map((fault, index) => [
          index > 0 ? ', ' : '',
          `${fault.spec.fault} on ${fault.spec.target.replace('->', ' → ')}`,
        ]),
    count(faults.reduce((sum, fault) => sum + fault.hits, 0)),
    `${kept} of ${verdicts.length}`,
    result.case === undefined ? '–' : duration(result.case.quietAfterMs),
    duration(
      result.control.endedAt -
        result.control.startedAt +
        (result.case === undefined ? 0 : result.case.endedAt - result.case.startedAt),
    ),
  ];
}

function runsKept(repeats: RepeatSummary | undefined): string {
  return repeats === undefined ? '1 run' : `${repeats.counts.pass} of ${repeats.attempts.length}`;
}

export default panel;
