/** One part of a run that is split over machines: `--shard 2/4`. The split depends on the names alone, never on the machine. */
import { InvalidArgumentError } from 'commander';
import type { ShardInfo } from '../core/index.ts';

/** Which part of how many; both from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

const MOST_SHARDS = 1_000;

/** Reads `2/4`. */
export function shardOption(text: string): Shard {
  const match = /^(\d{1,5})\/(\d{1,5})$/.exec(text);
  if (!match) throw new InvalidArgumentError(`"${text}" is not a shard; write 2/4 for the second of four.`);
  const [index, of] = [Number(match[1]), Number(match[2])];
  if (of < 1 || of > MOST_SHARDS) throw new InvalidArgumentError(`"${text}": there may be 1 to ${MOST_SHARDS} shards.`);
  if (index < 1 || index > of) throw new InvalidArgumentError(`"${text}": the first number goes from 1 to ${of}.`);
  return { index, of };
}

/** Deals the names out in alphabetical order, one to each part in turn, so that parts differ by one at most. */
export function shardInfo(names: readonly string[], { index, of }: Shard): ShardInfo {
  const planned = names.toSorted();
  return { index, of, planned, mine: planned.filter((_, place) => place % of === index - 1) };
}

/** What falls to the part; everything where nothing is split. */
export function itemsOfShard<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  info: ShardInfo | undefined,
): readonly T[] {
  return info === undefined ? items : items.filter((item) => info.mine.includes(nameOf(item)));
}
