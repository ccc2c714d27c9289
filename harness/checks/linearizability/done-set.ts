/**
 * Which calls are in the order so far, as a short text that two paths of the search can be compared by. Numbers below `low` are all in;
 * beyond it only as many as were under way at once, so the text stays short however long the history is.
 */
export interface DoneSet {
  readonly low: number;
  /** Numbers above `low`, ascending. */
  readonly beyond: readonly number[];
  /** Calls without an answer that are in: they never hold `low` back. Ascending. */
  readonly unanswered: readonly number[];
}

export const NOTHING_DONE: DoneSet = { low: 0, beyond: [], unanswered: [] };

/** With the answered call `rank` (its place among the answered ones, by beginning). */
export function withAnswered({ low, beyond, unanswered }: DoneSet, rank: number): DoneSet {
  if (rank !== low) return { low, beyond: inserted(beyond, rank), unanswered };
  let next = low + 1;
  let gone = 0;
  for (; beyond[gone] === next; gone++) next++;
  return { low: next, beyond: gone === 0 ? beyond : beyond.slice(gone), unanswered };
}

export function withUnanswered({ low, beyond, unanswered }: DoneSet, rank: number): DoneSet {
  return { low, beyond, unanswered: inserted(unanswered, rank) };
}

export function textOf({ low, beyond, unanswered }: DoneSet): string {
  return `${low}:${beyond.join()}:${unanswered.join()}`;
}

function inserted(numbers: readonly number[], one: number): number[] {
  let index = numbers.length;
  while (index > 0 && (numbers[index - 1] ?? 0) > one) index--;
  return [...numbers.slice(0, index), one, ...numbers.slice(index)];
}
