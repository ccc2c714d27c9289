/** What set-up is asked for and what it gives back. */
import type { Timing } from '../core/index.ts';

export type ToolName = 'node' | 'java' | 'kafka' | 'postgres' | 'redis' | 'toxiproxy' | 'k6';

/** Where the tools are. Members of tools that were not wanted are empty strings and empty lists. */
export interface ToolPaths {
  /** Node binary, 24 or newer. */
  readonly node: string;
  /** Java binary, 17 or newer. */
  readonly java: string;
  readonly kafka: KafkaPaths;
  readonly postgres: PostgresPaths;
  /** The toxiproxy-server binary. */
  readonly toxiproxy: string;
  /** The redis-server binary. */
  readonly redis: string;
  /** The k6 binary. */
  readonly k6: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly timings: readonly Timing[];
}

export interface KafkaPaths {
  /** The class path, in the order the class-data archive was made with: join with `:` as it is. */
  readonly jars: readonly string[];
  /** A formatted KRaft log folder with `__consumer_offsets` already made. To be copied for each lab, never used in place. */
  readonly template: string;
  /** Class-data archive for `-XX:SharedArchiveFile`; absent where this Java cannot make one. */
  readonly cdsArchive?: string;
  /** Cluster id in the template. */
  readonly clusterId: string;
}

export interface PostgresPaths {
  /** Folder with `postgres`, `initdb` and `pg_ctl`, which `uid` can reach. */
  readonly bin: string;
  /** A data folder: superuser `postgres`, trusted on loopback; other roles by password. To be copied for each lab. */
  readonly template: string;
  /** Run Postgres as this user, and give it its data folder; set only where we are root, which Postgres refuses. */
  readonly uid?: number;
  readonly gid?: number;
}

export interface SetupEvent {
  readonly tool: string;
  /** What is being done, as in "building toxiproxy 2.12.0". */
  readonly what: string;
  readonly state: 'start' | 'done' | 'failed';
  readonly tookMs?: number;
}

export type SetupReport = (event: SetupEvent) => void;

/** One row of `faultline doctor`. */
export interface ToolRow {
  readonly tool: string;
  /** True when it is there, or the next run gets it by itself; false when something must be done by hand. */
  readonly ok: boolean;
  readonly version?: string;
  /** Path at which it was found. */
  readonly where?: string;
  /** What is missing and what to do, or what the next run will do, one sentence. */
  readonly advice?: string;
}
