/** Two runs compared: which verdicts turned, and which durations changed by more than noise. */
import { type ExperimentResult, edgeId, HarnessError, type RunFile } from '../../core/index.ts';
import { isHunt } from '../digest/tally.ts';
import { type CompareOptions, compareFigures, type FigureChange, resolveCompare } from './figures.ts';

/** From best to worst. `flaky` stands between: some runs of it were kept and some were not. */
type Standing = 'pass' | 'flaky' | 'unknown' | 'fail';

export interface VerdictChange {
  readonly kind: 'experiment' | 'contract';
  /** Name of the experiment, or `contract gateway -> order (http)`. */
  readonly subject: string;
  /** Slug of the experiment. */
  readonly slug?: string;
  readonly file: string;
  readonly from?: Standing;
  readonly to?: Standing;
  readonly change: 'worse' | 'better' | 'same' | 'new' | 'gone';
  readonly what: string;
  readonly repeat?: string;
}

/** What differs between two runs of one topology; plain data. */
export interface Comparison {
  readonly base: { readonly id: string; readonly startedAt: number; readonly commit?: string };
  readonly run: { readonly id: string; readonly startedAt: number; readonly commit?: string };
  /** Every experiment and contract of either run. */
  readonly verdicts: readonly VerdictChange[];
  readonly figures: readonly FigureChange[];
  /** How durations are compared, one sentence. */
  readonly method: string;
  /** What to keep in mind, one sentence each. */
  readonly notes: readonly string[];
}

const WEIGHT: Readonly<Record<Standing, number>> = { pass: 0, flaky: 1, unknown: 2, fail: 3 };

/** Throws `bad-argument` for runs that cannot be compared: another topology, a hunt for defects and none, a run with itself. */
export function compareRuns(base: RunFile, run: RunFile, options: Partial<CompareOptions> = {}): Comparison {
  refuseUnlike(base, run);
  const resolved = resolveCompare(options);
  const sameRuntime = base.runtime === run.runtime;
  return {
    base: identity(base),
    run: identity(run),
    verdicts: [...pairUp(experimentsOf(base), experimentsOf(run)), ...pairUp(contractsOf(base), contractsOf(run))],
    figures: sameRuntime ? compareFigures(base.experiments, run.experiments, resolved) : [],
    method:
      `medians of the runs that were kept; slower means a one-sided Mann-Whitney U test with p at most ${resolved.alpha} after Holm's ` +
      `correction, and ${resolved.minimumMs} ms and ${Math.round(100 * resolved.minimumShare)} % more at least`,
    notes: [
      ...(sameRuntime ? [] : [`durations are not compared: the base ran ${base.runtime}, this run ${run.runtime}`]),
      ...topologyNotes(base, run),
    ],
  };
}

function refuseUnlike(base: RunFile, run: RunFile): void {
  const refuse = (message: string, hint: string) => new HarnessError({ code: 'bad-argument', message, hint });
  if (base.topology.name !== run.topology.name) {
    throw refuse(
      `the baseline ${base.id} is a run of the topology "${base.topology.name}", and ${run.id} one of "${run.topology.name}"`,
      'take a baseline of the same topology',
    );
  }
  if (isHunt(base) !== isHunt(run)) {
    const [hunt, other] = isHunt(base) ? [base, run] : [run, base];
    throw refuse(`${hunt.id} hunts planted defects and ${other.id} does not`, 'compare runs of one kind');
  }
  if (base.id === run.id) {
    throw refuse(`the run ${run.id} cannot be its own baseline`, 'name the run folder of an earlier run');
  }
}

function identity({ id, startedAt, commit }: RunFile): Comparison['run'] {
  return { id, startedAt, ...(commit === undefined ? {} : { commit }) };
}

function topologyNotes(base: RunFile, run: RunFile): string[] {
  const [before, now] = [base, run].map(({ topology }) => topology.edges.map(edgeId)) as [string[], string[]];
  const added = now.filter((edge) => !before.includes(edge));
  const removed = before.filter((edge) => !now.includes(edge));
  return [
    ...(added.length > 0 ? [`the topology has gained ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`the topology has lost ${removed.join(', ')}`] : []),
  ];
}

type Judged = Pick<VerdictChange, 'kind' | 'subject' | 'slug' | 'file' | 'repeat'> & {
  readonly standing: Standing;
  readonly why: string;
};

function experimentsOf({ experiments }: RunFile): Judged[] {
  return experiments.map((result) => ({
    kind: 'experiment',
    subject: result.name,
    slug: result.slug,
    file: result.file,
    repeat: result.repeat,
    standing: standingOf(result),
    why: whyOf(result),
  }));
}

/** An experiment that ran several times stands by all of them. */
function standingOf({ verdict, repeats }: ExperimentResult): Standing {
  return repeats?.outcome ?? verdict;
}

function whyOf({ repeats, case: withFaults, control, verdict }: ExperimentResult): string {
  const worst = (withFaults ?? control).verdicts.find(({ status }) => status === verdict && status !== 'pass');
  const often = repeats ? `${repeats.counts.pass} of ${repeats.attempts.length} runs were kept` : '';
  return [often, worst && `${worst.check}: ${worst.summary}`].filter(Boolean).join('; ');
}

function contractsOf({ contracts }: RunFile): Judged[] {
  return (contracts?.pairs ?? []).map(({ consumer, provider, kind, file, verdict, problem, interactions }) => {
    const bad = interactions.find((interaction) => interaction.verdict !== 'pass');
    const why = problem ?? (bad ? `${bad.description}: ${bad.problems[0] ?? 'no reason given'}` : '');
    return { kind: 'contract', subject: `contract ${consumer} -> ${provider} (${kind})`, file, standing: verdict, why };
  });
}

function pairUp(before: readonly Judged[], now: readonly Judged[]): VerdictChange[] {
  const key = ({ slug, subject }: Judged) => slug ?? subject;
  const old = new Map(before.map((judged) => [key(judged), judged]));
  const gone = before.filter((judged) => !now.some((other) => key(other) === key(judged)));
  return [
    ...now.map((judged) => changeOf(judged, old.get(key(judged))?.standing, judged.standing)),
    ...gone.map((judged) => changeOf(judged, judged.standing, undefined)),
  ];
}

function changeOf({ standing: _, why, ...judged }: Judged, from?: Standing, to?: Standing): VerdictChange {
  const because = why === '' ? '' : `: ${why}`;
  if (to === undefined)
    return { ...judged, ...(from ? { from } : {}), change: 'gone', what: `was ${from} and is not in this run` };
  if (from === undefined)
    return { ...judged, to, change: 'new', what: `is new, and ${to}${to === 'pass' ? '' : because}` };
  const change = WEIGHT[to] > WEIGHT[from] ? 'worse' : WEIGHT[to] < WEIGHT[from] ? 'better' : 'same';
  const what =
    change === 'same' ? `is ${to} as before` : `was ${from} and is ${to}${change === 'worse' ? because : ''}`;
  return { ...judged, from, to, change, what };
}
