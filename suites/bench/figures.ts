/** Repeats become one figure: the median, with the lowest and the highest, held against a target where there is one. */
import type { BenchRow } from './bench.ts';

/** The value below which `share` (0 to 1) of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The median of the repeats and their extremes. */
export function figure(name: string, unit: string, values: readonly number[]): BenchRow {
  return { name, unit, value: median(values), spread: [Math.min(...values), Math.max(...values)] };
}

export function under(row: BenchRow, limit: number): BenchRow {
  return { ...row, target: `under ${limit}`, ok: row.value < limit };
}

export function atLeast(row: BenchRow, limit: number): BenchRow {
  return { ...row, target: `${limit} or more`, ok: row.value >= limit };
}

export function atMost(row: BenchRow, limit: number): BenchRow {
  return { ...row, target: `${limit} or less`, ok: row.value <= limit };
}
