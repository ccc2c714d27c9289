/** What one runtime said beside what the other said, row by row; an unknown equals nothing. */
import type { DefectResult, RunFile } from '../../harness/core/index.ts';
import { median } from '../bench/figures.ts';

/** All that one runtime said: of one run of everything, of one hunt for defects, and how long its labs took to boot. */
export interface Said {
  readonly run: RunFile;
  readonly defects: readonly DefectResult[];
  /** Milliseconds, each of one lab. */
  readonly bootsMs: readonly number[];
}

export interface Row {
  readonly group: 'boot' | 'contract' | 'experiment' | 'defect';
  readonly name: string;
  readonly native: Cell;
  readonly containers: Cell;
  readonly same: boolean;
  /** The one runtime that can do its faults. */
  readonly only?: Runtime;
}

type Runtime = RunFile['runtime'];

/** Undefined where that runtime does not have the row at all. */
type Cell = { readonly verdict: string; readonly tookMs?: number } | undefined;

/** A lab of containers may take so many times as long to boot. */
export const MOST_BOOT_RATIO = 3;

/** `onlyOn` says of a fault which one runtime can do it, where not both can: its experiment cannot be compared. */
export function compareRuntimes(
  native: Said,
  containers: Said,
  onlyOn: (fault: string) => Runtime | undefined = () => undefined,
): Row[] {
  const rows = [
    bootRow(native.bootsMs, containers.bootsMs),
    ...rowsOf('contract', contractsOf(native.run), contractsOf(containers.run)),
    ...rowsOf('experiment', experimentsOf(native.run), experimentsOf(containers.run)),
    ...rowsOf('defect', defectsOf(native.defects), defectsOf(containers.defects)),
  ];
  const only = oneSided([...native.run.experiments, ...containers.run.experiments], onlyOn);
  return rows.map((row) => {
    const one = row.group === 'experiment' ? only.get(row.name) : undefined;
    return one === undefined ? row : { ...row, only: one, same: !row[one]?.verdict.includes('unknown') };
  });
}

function oneSided(experiments: RunFile['experiments'], onlyOn: (fault: string) => Runtime | undefined) {
  const found = experiments.flatMap(({ slug, case: subject }) =>
    (subject?.faults ?? []).map(({ spec }) => [slug, onlyOn(spec.fault)] as const),
  );
  return new Map(found.flatMap(([slug, only]) => (only === undefined ? [] : [[slug, only] as const])));
}

/** Medians, for one boot alone says little on a machine that others use. */
function bootRow(native: readonly number[], containers: readonly number[]): Row {
  const [ours, theirs] = [median(native), median(containers)];
  const ratio = theirs / ours;
  const same = ours > 0 && theirs > 0 && ratio <= MOST_BOOT_RATIO;
  const cells = {
    native: { verdict: `booted, median of ${native.length}`, tookMs: ours },
    containers: { verdict: `${ratio.toFixed(2)} times as long`, tookMs: theirs },
  };
  return { group: 'boot', name: `boot (at most ${MOST_BOOT_RATIO} times as long)`, ...cells, same };
}

function rowsOf(group: Row['group'], native: ReadonlyMap<string, Cell>, containers: ReadonlyMap<string, Cell>): Row[] {
  return [...new Set([...native.keys(), ...containers.keys()])].map((name) => {
    const [ours, theirs] = [native.get(name), containers.get(name)];
    const known = ours !== undefined && !ours.verdict.includes('unknown');
    return { group, name, native: ours, containers: theirs, same: known && ours.verdict === theirs?.verdict };
  });
}

/** How many interactions of a pair were kept, by their verdicts. */
function contractsOf({ contracts }: RunFile): Map<string, Cell> {
  return new Map(
    (contracts?.pairs ?? []).map(({ consumer, provider, kind, verdict, interactions }) => {
      const kept = interactions.filter((one) => one.verdict === 'pass').length;
      return [
        `${consumer} -> ${provider} (${kind})`,
        { verdict: `${verdict}, ${kept} of ${interactions.length} kept` },
      ];
    }),
  );
}

/** The verdict with its reason, then every check of the case that did not pass. */
function experimentsOf({ experiments }: RunFile): Map<string, Cell> {
  return new Map(
    experiments.map(({ slug, verdict, reason, control, case: subject }) => {
      const odd = (subject?.verdicts ?? []).filter(({ status }) => status !== 'pass');
      const checks = odd.map(({ check, status }) => `${check}: ${status}`).sort();
      const count = subject?.verdicts.length ?? 0;
      const said = [[verdict, reason].filter(Boolean).join(' '), `${count} checks`, ...checks].join(', ');
      return [slug, { verdict: said, tookMs: (subject ?? control).endedAt - control.startedAt }];
    }),
  );
}

/** Other checks that fail beside the named one may differ: which of them do depends on when things happened. */
function defectsOf(defects: readonly DefectResult[]): Map<string, Cell> {
  return new Map(
    defects.map(({ defect, found, expectedCheck, why, tookMs }) => {
      const verdict = found ? `found by ${expectedCheck}` : `unknown: ${why ?? 'not found'}`;
      return [defect, { verdict, tookMs }];
    }),
  );
}

/** Both side by side as Markdown, what differs first in words. */
export function describeComparison(rows: readonly Row[], native: Said, containers: Said): string {
  const differing = rows.filter(({ same }) => !same);
  const total = (ofGroup: Row['group'], side: 'native' | 'containers') =>
    rows.reduce((sum, row) => sum + (row.group === ofGroup ? (row[side]?.tookMs ?? 0) : 0), 0);
  return [
    '# Both runtimes side by side',
    '',
    `\`npm run compare-runtimes\` at commit ${native.run.commit ?? 'unknown'}, topology ${native.run.topology.name}, seed ${native.run.seed}.`,
    `Native: ${native.run.runtimeReason}. Containers: ${containers.run.runtimeReason}.`,
    ...[native, containers].flatMap(({ run }) =>
      run.problems.map((problem) => `Trouble of ${run.runtime}: ${problem}.`),
    ),
    differing.length === 0
      ? `All ${rows.length} rows agree; an unknown would agree with nothing.`
      : `**${differing.length} of ${rows.length} rows differ:** ${differing.map(({ name }) => name).join(', ')}.`,
    '',
    '| | native | containers | native | containers | the same |',
    '|---|---|---|--:|--:|---|',
    ...rows.map(rowText),
    `| all experiments | | | ${seconds(total('experiment', 'native'))} | ${seconds(total('experiment', 'containers'))} | |`,
    `| all defects | | | ${seconds(total('defect', 'native'))} | ${seconds(total('defect', 'containers'))} | |`,
    '',
  ].join('\n');
}

function rowText({ group, name, native, containers, same, only }: Row): string {
  const verdicts = [native, containers].map((cell) => cell?.verdict.replaceAll('|', '\\|') ?? 'not there');
  const times = [native, containers].map((cell) => (cell?.tookMs === undefined ? '' : seconds(cell.tookMs)));
  const title = group === 'boot' ? name : `${group} \`${name}\``;
  return `| ${[title, ...verdicts, ...times, only ? `${only} only` : same ? 'yes' : '**no**'].join(' | ')} |`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
