/** The control run and the run with faults, figure by figure, side by side. */

import type { CaseResult } from '../../../core/index.ts';
import type { CaseDigest } from '../../digest/case.ts';
import { isFailure, type Look } from '../../digest/look.ts';
import { count, duration, namedFigure } from '../../format.ts';
import type { ExperimentPanel } from '../../panel.ts';
import { badge } from '../../parts/badge.ts';
import { table } from '../../parts/table.ts';
import { folded } from '../../parts/text.ts';

type Cell = string | ReturnType<typeof badge>;
type Row = readonly [label: string, control: Cell, withFaults: Cell];

const panel: ExperimentPanel = {
  name: 'figures',
  title: 'Beside the control run',
  lead: 'The same workload and seed without any fault. What differs is the work of the fault.',
  order: 50,
  place: 'experiment',
  render: (experiment) => {
    const { control, case: withFaults } = experiment.result;
    const figures = checkFigures(control, withFaults);
    const columns = [
      { head: 'Figure' },
      { head: 'Control run', figures: true },
      { head: 'With faults', figures: true },
    ];
    return [
      table({
        caption: 'Control run and run with faults',
        quiet: true,
        columns,
        rows: mainRows(control, withFaults, experiment.control, experiment.case),
      }),
      figures.length === 0
        ? null
        : folded(
            `Figures of the checks (${figures.length})`,
            table({ caption: 'Figures that the checks measured', columns, rows: figures }),
          ),
    ];
  },
};

function mainRows(
  control: CaseResult,
  other: CaseResult | undefined,
  controlDigest?: CaseDigest,
  digest?: CaseDigest,
): Row[] {
  const both = (label: string, of: (result: CaseResult) => Cell): Row => [
    label,
    of(control),
    other === undefined ? '–' : of(other),
  ];
  const seen = (label: string, of: (digest: CaseDigest) => string): Row => [
    label,
    controlDigest === undefined ? '–' : of(controlDigest),
    digest === undefined ? '–' : of(digest),
  ];
  const states = [...new Set([...Object.keys(control.state.byState), ...Object.keys(other?.state.byState ?? {})])];
  const rows: Row[] = [
    both('Verdict', (result) => badge(result.verdict)),
    both('Took', (result) => duration(result.endedAt - result.startedAt)),
    both('Quiet after the last heal', (result) => duration(result.quietAfterMs)),
    seen('Operations by the driver', ({ operations }) => `${count(operations.ok)} ok of ${count(operations.count)}`),
    seen('Replies by status', ({ operations }) => statuses(operations.byStatus)),
    seen('Operation time, median', ({ operations }) => duration(operations.spread.p50Ms)),
    seen('Operation time, 95th percentile', ({ operations }) => duration(operations.spread.p95Ms)),
    seen('Operation time, longest', ({ operations }) => duration(operations.spread.maxMs)),
    seen('Exchanges on the wire', ({ edges }) => count(edges.reduce((sum, edge) => sum + edge.exchanges, 0))),
    seen('… that failed for their caller', ({ edges }) => count(failures(edges))),
    seen('Messages delivered again', ({ topics }) =>
      count(topics.flatMap((topic) => topic.groups).reduce((sum, group) => sum + group.duplicates, 0)),
    ),
    ...states.map((state) =>
      both(`Ended ${state}`, (result) =>
        count(Object.hasOwn(result.state.byState, state) ? (result.state.byState[state] ?? 0) : 0),
      ),
    ),
  ];
  return rows;
}

function statuses(byStatus: Readonly<Record<string, number>>): string {
  return (
    Object.entries(byStatus)
      .map(([status, number]) => `${status === 'none' ? 'no reply' : status} × ${count(number)}`)
      .join(', ') || '–'
  );
}

function failures(edges: CaseDigest['edges']): number {
  return edges.reduce(
    (sum, edge) =>
      sum +
      Object.entries(edge.byLook).reduce(
        (part, [look, number]) => part + (isFailure(look as Look) ? (number ?? 0) : 0),
        0,
      ),
    0,
  );
}

/** Figures of all checks of both runs, by check and name. */
function checkFigures(control: CaseResult, other: CaseResult | undefined): Row[] {
  const lookUp = (result: CaseResult | undefined, check: string, name: string) =>
    result?.verdicts.find((verdict) => verdict.check === check)?.figures?.[name];
  const names = [...control.verdicts, ...(other?.verdicts ?? [])].flatMap((verdict) =>
    Object.keys(verdict.figures ?? {}).map((name) => JSON.stringify([verdict.check, name])),
  );
  return [...new Set(names)].map((pair) => {
    const [check, name] = JSON.parse(pair) as [string, string];
    const text = (value: number | undefined) => (value === undefined ? '–' : namedFigure(name, value).text);
    return [
      `${check}: ${namedFigure(name, 0).label}`,
      text(lookUp(control, check, name)),
      text(lookUp(other, check, name)),
    ];
  });
}

export default panel;
