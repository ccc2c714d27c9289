/** The parts of a split run put together again as one run. A part that is missing is trouble, said and red. */
import {
  type ContractMatrix,
  type EdgeAttribution,
  HarnessError,
  type RunFile,
  type ShardInfo,
  type Timing,
  type VerdictStatus,
  worstOf,
} from '../core/index.ts';
import { isHunt } from './digest/tally.ts';

export interface MergeOptions {
  /** How many parts there should be. Default: what the parts say themselves. */
  readonly of?: number;
  /** Id and name of the run that is made. */
  readonly id: string;
}

type Part = RunFile & { readonly shard: ShardInfo };

/**
 * Puts parts together, in any order. Throws `bad-argument` when they are not parts of one run: another commit, topology, runtime or plan,
 * a part that stands twice, a run that is no part.
 */
export function mergeRuns(runs: readonly RunFile[], options: MergeOptions): RunFile {
  const parts = runs.map(asPart).sort((a, b) => a.shard.index - b.shard.index);
  const [first] = parts;
  if (first === undefined) throw refuse('there is no run to merge', 'name the folders of the parts');
  const of = options.of ?? first.shard.of;
  for (const part of parts) refuseStranger(first, part, of);
  refuseTwins(parts);
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter(
    (index) => !parts.some(({ shard }) => shard.index === index),
  );
  const experiments = mergeExperiments(parts, first.shard.planned, isHunt(first));
  const problems = [...parts.flatMap(problemsOf), ...missing.map((index) => missingPart(index, of, first.shard))];
  const contracts = mergeContracts(parts);
  const defects = isHunt(first) ? parts.flatMap((part) => part.defects ?? []) : undefined;
  const verdict = defects
    ? worstOf(defects.map(({ found }): VerdictStatus => (found ? 'pass' : 'fail')))
    : worstOf([...experiments.map((result) => result.verdict), ...(contracts ? [contracts.verdict] : [])]);
  const { shard: _, contracts: __, notRun: ___, ...base } = parts.find(({ boot }) => boot.length > 0) ?? first;
  const interrupted = parts.some((part) => part.interrupted);
  const notRun = parts.flatMap((part) => part.notRun ?? []);
  return {
    ...base,
    id: options.id,
    startedAt: Math.min(...parts.map(({ startedAt }) => startedAt)),
    endedAt: Math.max(...parts.map(({ endedAt }) => endedAt)),
    setup: mergeTimings(parts, (part) => part.setup),
    boot: mergeTimings(parts, (part) => part.boot),
    ...(contracts ? { contracts } : {}),
    experiments,
    ...(defects ? { defects } : {}),
    attribution: mergeAttribution(parts),
    verdict,
    exitCode: problems.length > 0 || interrupted ? 3 : verdict === 'pass' ? 0 : verdict === 'fail' ? 1 : 2,
    problems,
    ...(notRun.length > 0 ? { notRun } : {}),
    merged: {
      of,
      parts: parts.map(({ shard, id, seed, startedAt, endedAt }) => ({
        index: shard.index,
        run: id,
        seed,
        mine: shard.mine,
        tookMs: endedAt - startedAt,
      })),
      missing,
    },
  };
}

function asPart(run: RunFile): Part {
  if (run.shard === undefined) {
    throw refuse(`${run.id} is a whole run and not a part of one`, 'parts are made by faultline run --shard 1/2');
  }
  return { ...run, shard: run.shard };
}

function refuseStranger(first: Part, part: Part, of: number): void {
  const pairs: [what: string, one: string, other: string][] = [
    ['the commit', first.commit ?? 'unknown', part.commit ?? 'unknown'],
    ['the topology', JSON.stringify(first.topology), JSON.stringify(part.topology)],
    ['the runtime', first.runtime, part.runtime],
    ['the number of parts', String(of), String(part.shard.of)],
    ['the plan', first.shard.planned.join(' '), part.shard.planned.join(' ')],
    [
      'the kind of run',
      isHunt(first) ? 'a hunt for defects' : 'experiments',
      isHunt(part) ? 'a hunt for defects' : 'experiments',
    ],
  ];
  // Nothing was booted for an empty part: its runtime says nothing.
  const strange = pairs.find(
    ([what, one, other]) => one !== other && !(what === 'the runtime' && part.boot.length === 0),
  );
  if (strange === undefined) return;
  const [what, one, other] = strange;
  const shown = one.length + other.length < 120 ? ` (${one}, ${other})` : '';
  throw refuse(
    what === 'the number of parts'
      ? `${part.id} is part ${part.shard.index} of ${other}, and ${one} parts are to be merged`
      : `${first.id} and ${part.id} are not parts of one run: ${what} differs${shown}`,
    'merge the parts that one workflow run has made',
  );
}

function refuseTwins(parts: readonly Part[]): void {
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (next?.shard.index !== part.shard.index) continue;
    throw refuse(
      `part ${part.shard.index} stands twice: ${part.id} and ${next.id}`,
      'name the folder of each part once',
    );
  }
}

/** In the order of the plan. In a hunt they belong to defects and may share a name: there in the order of the parts. */
function mergeExperiments(parts: readonly Part[], planned: readonly string[], hunt: boolean): RunFile['experiments'] {
  const all = parts.flatMap((part) => part.experiments);
  return hunt ? all : planned.flatMap((slug) => all.filter((result) => result.slug === slug));
}

function problemsOf({ shard, problems, interrupted }: Part): string[] {
  return [
    ...problems.map((problem) => `part ${shard.index}: ${problem}`),
    ...(interrupted ? [`part ${shard.index} was ended before everything was done`] : []),
  ];
}

function missingPart(index: number, of: number, { planned }: ShardInfo): string {
  const lost = planned.filter((_, place) => place % of === index - 1);
  return `part ${index} of ${of} is missing${lost.length > 0 ? `: ${lost.join(', ')} gave no result` : ''}`;
}

function mergeContracts(parts: readonly Part[]): ContractMatrix | undefined {
  const matrices = parts.flatMap(({ contracts }) => contracts ?? []);
  if (matrices.length === 0) return undefined;
  const pairs = matrices.flatMap((matrix) => matrix.pairs);
  return {
    pairs,
    verdict: worstOf(matrices.map((matrix) => matrix.verdict)),
    tookMs: matrices.reduce((sum, { tookMs }) => sum + tookMs, 0),
  };
}

function mergeTimings(parts: readonly Part[], of: (part: Part) => readonly Timing[]): Timing[] {
  return parts.flatMap((part) =>
    of(part).map((timing) => ({ ...timing, what: `${part.shard.index}: ${timing.what}` })),
  );
}

function mergeAttribution(parts: readonly Part[]): EdgeAttribution[] {
  const edges = new Map<string, EdgeAttribution>();
  for (const { edge, exchanges, attributed } of parts.flatMap(({ attribution }) => attribution)) {
    const known = edges.get(edge);
    edges.set(edge, {
      edge,
      exchanges: exchanges + (known?.exchanges ?? 0),
      attributed: attributed + (known?.attributed ?? 0),
    });
  }
  return [...edges.values()].sort((a, b) => a.edge.localeCompare(b.edge));
}

function refuse(message: string, hint: string): HarnessError {
  return new HarnessError({ code: 'bad-argument', message, hint });
}
