/** Planted defects as a table for the terminal: what was expected, what found it, how long it took, and the rate of all together. */
import { type DefectResult, rateOf, rateText } from '../core/index.ts';
import { duration } from './terminal.ts';

const HEAD = ['defect', 'must be found by', 'found', 'also by', 'after'];

/** Those not found first. */
export function defectTable(results: readonly DefectResult[]): string {
  const ordered = results.toSorted((one, other) => Number(one.found) - Number(other.found));
  const rows = [HEAD, ...ordered.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** How often what was planted was found, with the bound that follows from so many tries. */
export function detectionText(results: readonly DefectResult[]): string {
  const tries = results.reduce((sum, { times }) => sum + (times?.of ?? 1), 0);
  const found = results.reduce((sum, { times, found: was }) => sum + (times?.found ?? Number(was)), 0);
  return `found ${rateText(rateOf(found, tries), 'many')}`;
}

function rowOf({ defect, expectedCheck, found, foundBy, foundAfterMs, times }: DefectResult): string[] {
  const often = times === undefined ? (found ? 'yes' : 'no') : `${times.found} of ${times.of}`;
  const others = [...new Set(foundBy)].filter((check) => check !== expectedCheck);
  return [defect, expectedCheck, often, others.join(', '), foundAfterMs === undefined ? '' : duration(foundAfterMs)];
}
