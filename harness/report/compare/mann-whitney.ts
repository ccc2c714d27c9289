/**
 * The Mann-Whitney U test (H. B. Mann, D. R. Whitney: On a Test of Whether one of Two Random Variables is Stochastically Larger than
 * the Other, Ann. Math. Statist. 18, 1947): are these values larger than those, by more than the order of chance?
 */

export interface RankTest {
  /** U of the second sample: pairs in which its value is the larger one; a tie counts one half. */
  readonly u: number;
  /** One-sided: how likely a U as large as this one is, were both samples of one kind. */
  readonly p: number;
  /** The smallest p that samples of these sizes, with these ties, could have had. */
  readonly leastP: number;
}

/** Up to so many values together the distribution is counted out; beyond it is close to normal. */
const EXACT_VALUES = 50;

/** Asks whether `second` is larger than `first`. Both need one value at least. Exact up to 50 values together, ties included. */
export function isLarger(first: readonly number[], second: readonly number[]): RankTest {
  const ranks = doubledRanks([...first, ...second]);
  const sum = ranks.slice(first.length).reduce((total, rank) => total + rank, 0);
  const u = sum / 2 - (second.length * (second.length + 1)) / 2;
  const [p, leastP] =
    ranks.length <= EXACT_VALUES ? exact(ranks, second.length, sum) : normal(ranks, second.length, sum);
  return { u, p, leastP };
}

/** Twice the rank of each value, so that the middle rank of ties stays a whole number. */
function doubledRanks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => sorted.indexOf(value) + 1 + sorted.lastIndexOf(value) + 1);
}

/** Counts, over all ways to choose `size` of the ranks, those whose sum is as large. Counts stay below 2^53. */
function exact(ranks: readonly number[], size: number, sum: number): [p: number, leastP: number] {
  const ways: Map<number, number>[] = Array.from({ length: size + 1 }, () => new Map());
  ways[0]?.set(0, 1);
  for (const rank of ranks) {
    for (let taken = size; taken >= 1; taken--) {
      for (const [total, count] of ways[taken - 1] ?? []) {
        const here = ways[taken];
        here?.set(total + rank, (here.get(total + rank) ?? 0) + count);
      }
    }
  }
  const chosen = [...(ways[size] ?? [])];
  const all = chosen.reduce((total, [, count]) => total + count, 0);
  const share = (least: number) => chosen.reduce((total, [at, count]) => total + (at >= least ? count : 0), 0) / all;
  return [share(sum), share(Math.max(...chosen.map(([at]) => at)))];
}

/** Normal approximation with the correction for ties and for continuity. */
function normal(ranks: readonly number[], size: number, sum: number): [p: number, leastP: number] {
  const all = ranks.length;
  const ties = [...Map.groupBy(ranks, (rank) => rank).values()].map((same) => same.length);
  const tied = ties.reduce((total, same) => total + same ** 3 - same, 0);
  const variance = ((size * (all - size)) / 12) * (all + 1 - tied / (all * (all - 1)));
  const mean = (size * (all + 1)) / 2;
  const largest = ranks.toSorted((a, b) => b - a).slice(0, size);
  const tail = (doubled: number) => (variance <= 0 ? 1 : upperTail((doubled / 2 - mean - 0.5) / Math.sqrt(variance)));
  return [tail(sum), tail(largest.reduce((total, rank) => total + rank, 0))];
}

/** Share of the normal distribution above `z`; error below 7.5e-8 (Abramowitz and Stegun 1964, 26.2.17). */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const t = 1 / (1 + 0.231_641_9 * z);
  const series = [0.319_381_53, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
  const sum = series.reduceRight((total, factor) => (total + factor) * t, 0);
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}
