/** What a benchmark gives back: figures with their spread, and the target they are held against. */

export interface BenchRow {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** Lowest and highest of the repeats. */
  readonly spread?: readonly [low: number, high: number];
  readonly target?: string;
  /** Does the value keep the target? */
  readonly ok?: boolean;
}
