/** Benchmark rows as aligned text. */
import type { BenchRow } from './bench.ts';

/** Name, value with unit, lowest to highest, target, and whether it was kept. */
export function table(rows: readonly BenchRow[]): string {
  const cells = rows.map(({ name, unit, value, spread, target, ok }) => [
    name,
    `${number(value)}${unit ? ` ${unit}` : ''}`,
    spread ? `${number(spread[0])} … ${number(spread[1])}` : '',
    target === undefined ? '' : `${target}${unit ? ` ${unit}` : ''}`,
    ok === undefined ? '' : ok ? 'ok' : 'missed',
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) => `  ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}

/** Three digits that say something: 0.047, 2.31, 23.4, 15,120. */
function number(value: number): string {
  if (!Number.isFinite(value)) return '?';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  const digits = Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toFixed(digits);
}
