/** Did what a lab holds grow from case to case? A third of the looks beside the last third: by their medians, open files by the fewest. */
import type { Look } from './leftovers.ts';

/**
 * What a figure may be more at the end than before, in its own unit. The memory that a process holds goes up and down with what it has not
 * collected yet; what it keeps after a collection does not, so that 12 KiB which a case leaves behind show among a thousand cases. A server of
 * Postgres opens twenty files, and pools open and close theirs by the dozen: what leaks is there when they are fewest.
 */
const SLACK = { processes: 6, connections: 12, topics: 0, descriptors: 30, memory: 24, kept: 3 } as const;
/** With fewer there is no first and last third to speak of. */
const FEWEST_LOOKS = 6;

export interface Grown {
  readonly what: string;
  /** Of the first third; of memory the second. */
  readonly from: number;
  readonly to: number;
  readonly unit: string;
  readonly flat: boolean;
}

/** One row a figure. Nothing where there are too few looks to tell. */
export function growthOf(looks: readonly Look[]): Grown[] {
  if (looks.length < FEWEST_LOOKS) return [];
  const third = Math.floor(looks.length / 3);
  // The first look comes after the first round: by then every part has done all kinds of work once.
  const [first, second, last] = [looks.slice(0, third), looks.slice(third, -third), looks.slice(-third)];
  const compared = (early: readonly Look[], typical: (values: readonly number[]) => number) => {
    return (what: string, unit: string, slack: number, of: (look: Look) => number): Grown => {
      const [from, to] = [typical(early.map(of)), typical(last.map(of))];
      return { what, unit, from, to, flat: to <= from + slack };
    };
  };
  const row = compared(first, median);
  const fewest = compared(first, (values) => Math.min(...values));
  // In the first third a process takes the room that its engine wants: more with every burst of work, until it has seen the largest.
  const memory = compared(second, median);
  const parts = Object.keys(looks.at(-1)?.memory ?? {});
  return [
    row('processes', '', SLACK.processes, ({ processes }) => processes),
    row('connections', '', SLACK.connections, ({ connections }) => connections),
    row('topics', '', SLACK.topics, ({ topics }) => topics),
    fewest('open files and sockets', '', SLACK.descriptors, ({ descriptors }) => descriptors),
    ...['harness', 'wire'].map((part) => memory(`kept by ${part}`, 'MiB', SLACK.kept, ({ kept }) => kept[part] ?? 0)),
    ...parts.map((part) => memory(`memory of ${part}`, 'MiB', SLACK.memory, ({ memory }) => memory[part] ?? 0)),
  ];
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
