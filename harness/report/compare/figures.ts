/** Durations of two runs compared: slower, faster, the same, or not to be told from noise. */
import type { ExperimentResult } from '../../core/index.ts';
import { duration } from '../format.ts';
import { corrected } from './correction.ts';
import { isLarger } from './mann-whitney.ts';
import { chosenFigures, DEFAULT_FIGURES, median, samplesOf } from './samples.ts';

export interface CompareOptions {
  /** Figures to compare, by name (`recoveryMs`) or with their check (`deadline.maxMs`). */
  readonly figures: readonly string[];
  /** How often a difference may be seen where there is none, over all figures together. */
  readonly alpha: number;
  /** What is slower by less is not worth a word, however sure it is. */
  readonly minimumMs: number;
  /** The same as a share of the base. */
  readonly minimumShare: number;
}

export interface FigureChange {
  /** Name of the experiment. */
  readonly subject: string;
  readonly slug: string;
  readonly file: string;
  readonly figure: string;
  readonly base: Sample;
  readonly run: Sample;
  /** Corrected for the number of figures compared. Absent when nothing could be told. */
  readonly p?: number;
  readonly change: 'slower' | 'faster' | 'same' | 'untold';
  readonly what: string;
  readonly repeat: string;
}

export interface Sample {
  readonly count: number;
  readonly medianMs: number;
}

export function resolveCompare(options: Partial<CompareOptions>): CompareOptions {
  return { figures: DEFAULT_FIGURES, alpha: 0.05, minimumMs: 100, minimumShare: 0.2, ...options };
}

interface Pair {
  readonly experiment: ExperimentResult;
  readonly figure: string;
  readonly before: readonly number[];
  readonly now: readonly number[];
}

/** Every chosen figure that both runs hold. */
export function compareFigures(
  base: readonly ExperimentResult[],
  run: readonly ExperimentResult[],
  options: CompareOptions,
): FigureChange[] {
  const pairs = run.flatMap((experiment) => {
    const old = base.find(({ slug }) => slug === experiment.slug);
    return old ? pairsOf(old, experiment, options.figures) : [];
  });
  const repeated = pairs.filter(({ before, now }) => before.length > 1 && now.length > 1);
  const slower = corrected(
    repeated.map(({ before, now }) => isLarger(before, now)),
    options.alpha,
  );
  const faster = corrected(
    repeated.map(({ before, now }) => isLarger(now, before)),
    options.alpha,
  );
  return pairs.map((pair) => {
    const at = repeated.indexOf(pair);
    return changeOf(pair, slower[at], faster[at], options);
  });
}

function pairsOf(old: ExperimentResult, experiment: ExperimentResult, figures: readonly string[]): Pair[] {
  const [before, now] = [samplesOf(old), samplesOf(experiment)];
  return chosenFigures(now, figures).flatMap((figure) => {
    const values = before.get(figure);
    return values === undefined ? [] : [{ experiment, figure, before: values, now: now.get(figure) ?? [] }];
  });
}

type Test = ReturnType<typeof corrected>[number] | undefined;

function changeOf(pair: Pair, slower: Test, faster: Test, options: CompareOptions): FigureChange {
  const { experiment, figure, before, now } = pair;
  const base = { count: before.length, medianMs: median(before) };
  const run = { count: now.length, medianMs: median(now) };
  const difference = run.medianMs - base.medianMs;
  const isWorthAWord = Math.abs(difference) >= Math.max(options.minimumMs, options.minimumShare * base.medianMs);
  const test = difference > 0 ? slower : faster;
  const common = {
    subject: experiment.name,
    slug: experiment.slug,
    file: experiment.file,
    figure,
    base,
    run,
    repeat: experiment.repeat,
  };
  const figures = `${figure} ${duration(base.medianMs)} before, ${duration(run.medianMs)} now`;
  if (test === undefined || !test.testable) {
    const why = Math.min(base.count, run.count) < 2 ? 'one run on a side' : 'too few runs beside so many figures';
    const what = `${figures}: not to be told from noise with ${base.count} and ${run.count} runs (${why}; --repeat 5 on both sides)`;
    return { ...common, change: 'untold', what };
  }
  const sure = test.p <= options.alpha && isWorthAWord;
  const change = sure ? (difference > 0 ? 'slower' : 'faster') : 'same';
  const counts = `medians of ${base.count} and ${run.count} runs, p ${shownP(test.p)}`;
  return { ...common, p: test.p, change, what: `${figures} (${counts})` };
}

function shownP(p: number): string {
  return p < 0.001 ? 'below 0.001' : p.toFixed(3);
}
