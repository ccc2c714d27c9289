/** The durations of a run that can be compared: per experiment and figure one value for each time it was kept. */
import { type ExperimentResult, figuresOf } from '../../core/index.ts';

/** Figures by which runs are compared when nothing else is asked for. */
export const DEFAULT_FIGURES: readonly string[] = ['recoveryMs', 'quietAfterMs'];

/** Values by name of the figure, in the order of the runs. What was not kept has no time worth comparing. */
export function samplesOf({
  verdict,
  case: withFaults,
  repeats,
}: ExperimentResult): ReadonlyMap<string, readonly number[]> {
  const kept = repeats
    ? repeats.attempts.filter((attempt) => attempt.verdict === 'pass').map(({ figures }) => figures)
    : verdict === 'pass' && withFaults !== undefined
      ? [figuresOf(withFaults)]
      : [];
  const names = new Set(kept.flatMap((figures) => Object.keys(figures)));
  return new Map([...names].map((name) => [name, kept.flatMap((figures) => figures[name] ?? [])]));
}

/** The figures of `names` (`recoveryMs` of any check, or `recovery.recoveryMs` of one); quiet only where no recovery was measured. */
export function chosenFigures(samples: ReadonlyMap<string, readonly number[]>, names: readonly string[]): string[] {
  const all = [...samples.keys()];
  const chosen = all.filter((figure) => names.some((name) => figure === name || figure.endsWith(`.${name}`)));
  const hasRecovery = chosen.some((figure) => figure.endsWith('.recoveryMs'));
  return names === DEFAULT_FIGURES && hasRecovery ? chosen.filter((figure) => figure !== 'quietAfterMs') : chosen;
}

/** NaN for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** How long it took to recover: the longest of the recoveries that were measured, or else the time to quiet. */
export function recoverySample(
  experiment: ExperimentResult,
): { readonly figure: string; readonly values: readonly number[] } | undefined {
  const samples = samplesOf(experiment);
  const measured = chosenFigures(samples, DEFAULT_FIGURES).map((figure) => ({
    figure,
    values: samples.get(figure) ?? [],
  }));
  return measured.sort((a, b) => median(b.values) - median(a.values))[0];
}
