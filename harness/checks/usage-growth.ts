/** By how much each service holds more after a case than before it, beside what a clean run of the same work left it with. */
import type { CheckInput, HistoryRecord, UsageRecord } from '../core/index.ts';
import { matches } from './case-view.ts';

export interface Growth {
  readonly part: string;
  readonly memoryBytes: number;
  readonly descriptors: number;
  readonly connections: number;
}

export interface Grown {
  readonly inCase: Growth;
  /** Nothing where there was no control run. */
  readonly inControl: Growth | undefined;
}

/** Parts that were looked at both before and after. */
export function growthOf({ history, control = [] }: CheckInput, parts: string): Grown[] {
  const clean = new Map(growths(control, parts).map((growth) => [growth.part, growth]));
  return growths(history, parts).map((inCase) => ({ inCase, inControl: clean.get(inCase.part) }));
}

function growths(history: readonly HistoryRecord[], parts: string): Growth[] {
  const looks = history.filter((record): record is UsageRecord => record.type === 'usage');
  const before = new Map(looks.flatMap((look) => (look.moment === 'before' ? [[look.part, look]] : [])));
  return looks.flatMap((after) => {
    const first = before.get(after.part);
    if (after.moment !== 'after' || first === undefined || !matches(parts, after.part)) return [];
    return [
      {
        part: after.part,
        memoryBytes: after.memoryBytes - first.memoryBytes,
        descriptors: (after.descriptors ?? 0) - (first.descriptors ?? 0),
        connections: (after.connections ?? 0) - (first.connections ?? 0),
      },
    ];
  });
}
