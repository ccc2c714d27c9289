/** A part of a split run to which nothing fell: nothing is booted, its run says so, and the parts can still be merged. */
import { RUN_SCHEMA, type RunFile, type ShardInfo, systemClock, type Topology } from '../core/index.ts';
import { EMPTY_STATE } from '../history/index.ts';
import { writeReport } from '../report/index.ts';
import { makeRunFolder, pointLatest } from './run-folder.ts';
import { commitOf, nothingBooted } from './save-run.ts';
import { say } from './terminal.ts';

export interface EmptyShard {
  readonly name: string;
  readonly topology: Topology;
  readonly shard: ShardInfo;
  readonly seed: number;
  /** What there is too little of. */
  readonly of: 'experiments' | 'defects';
}

/** Exit code 0: a part without work is no trouble. Its verdict is `unknown`, since nothing was judged. */
export async function saveEmptyShard({ name, topology, shard, seed, of }: EmptyShard): Promise<RunFile> {
  const startedAt = systemClock.now();
  const folder = await makeRunFolder(shardName(name, shard), startedAt);
  say(`shard ${shard.index}/${shard.of} is empty: there are ${shard.planned.length} ${of}; nothing was booted`);
  const run: RunFile = {
    schema: RUN_SCHEMA,
    id: folder.id,
    name,
    startedAt,
    endedAt: systemClock.now(),
    seed,
    ...nothingBooted(topology, 'nothing was booted: this shard is empty'),
    ...(await commitOf()),
    experiments: [],
    ...(of === 'defects' ? { defects: [] } : {}),
    attribution: [],
    verdict: 'unknown',
    exitCode: 0,
    problems: [],
    shard,
  };
  await writeReport({ run, histories: async () => ({ records: [], state: EMPTY_STATE }) }, folder.path);
  await pointLatest(folder);
  return run;
}

/** `shop-small-2-of-4`; the name alone where nothing is split. */
export function shardName(name: string, shard: ShardInfo | undefined): string {
  return shard ? `${name}-${shard.index}-of-${shard.of}` : name;
}
