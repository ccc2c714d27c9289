/** One running system, seen by whoever tests it: parts to act on, edges to break, records to read, probes to ask. */
import type { WireRule } from './fault.ts';
import type { HistoryRecord, ProcessRecord, ServiceEventRecord, UsageRecord } from './history.ts';
import type { Timing } from './run.ts';
import type { Probe, Topology } from './topology.ts';

/** `lab.json`: all that is needed to attach to a lab that is up. Holds the token: mode 0600. */
export interface LabDescriptor {
  readonly schema: 1;
  readonly run: string;
  readonly runtime: 'native' | 'containers';
  readonly runtimeReason: string;
  readonly topology: Topology;
  /** Folder of logs and temporary data. */
  readonly folder: string;
  readonly token: string;
  /** http://127.0.0.1:port of the warden's and the wire's control API, and of Toxiproxy's. */
  readonly wardenUrl: string;
  readonly wireUrl: string;
  readonly toxiproxyUrl: string;
  readonly edges: readonly EdgeAddress[];
  readonly parts: readonly PartAddress[];
  readonly versions: Readonly<Record<string, string>>;
  readonly setup: readonly Timing[];
  readonly boot: readonly Timing[];
  readonly bootedAt: number;
}

/** caller -> `wirePort` (wire) -> `toxiproxyPort` (Toxiproxy, proxy named like the edge) -> `calleePort` (callee). All on `host`. */
export interface EdgeAddress {
  readonly id: string;
  readonly host: string;
  readonly wirePort: number;
  readonly toxiproxyPort: number;
  readonly calleePort: number;
  /** The part that carries what is said on it, where that is not the callee: `calleePort` is a port of it. */
  readonly through?: string;
  /** The callee's own port then. */
  readonly ownPort?: number;
  /** The edge is encrypted: whom its callers trust, a PEM file. */
  readonly authorityFile?: string;
}

export interface PartAddress {
  readonly name: string;
  readonly kind: 'service' | 'postgres' | 'redis' | 'kafka' | 'toxiproxy' | 'wire';
  readonly host: string;
  readonly port: number;
}

export type PartState = 'starting' | 'running' | 'paused' | 'stopped' | 'killed' | 'exited';

export interface PartStatus {
  readonly name: string;
  readonly state: PartState;
  readonly pid?: number;
  readonly restarts: number;
  /** Pressures it is under now, where there are any. */
  readonly under?: readonly Pressure['on'][];
}

/**
 * What a part is put under while it goes on. `network`: cut off from everybody; `disconnect` takes its network away (its name is gone, open
 * connections fall silent), `drop` throws every packet away. `cpu`: so many processors at most. `memory`: so many bytes at most.
 */
export type Pressure =
  | { readonly on: 'network'; readonly how: 'disconnect' | 'drop' }
  | { readonly on: 'cpu'; readonly cpus: number }
  | { readonly on: 'memory'; readonly bytes: number };

/** How often a pressure was felt, counted where it acts. */
export interface Felt {
  readonly times: number;
  /** What was counted, and by whom. */
  readonly by: string;
}

/** What a part holds now, its child processes included. */
export type Usage = Pick<UsageRecord, 'part' | 'memoryBytes' | 'descriptors' | 'connections'>;

/** The runtime's hold on parts. Every action resolves when its effect is seen, not when it was asked for. */
export interface Parts {
  list(): Promise<PartStatus[]>;
  /** `env` is added for this and later lives, until another is given. */
  start(part: string, env?: Readonly<Record<string, string>>): Promise<PartStatus>;
  /** SIGTERM, waits for the end. */
  stop(part: string): Promise<PartStatus>;
  /** SIGKILL, resolves when the process is gone from the process table. */
  kill(part: string): Promise<PartStatus>;
  pause(part: string): Promise<PartStatus>;
  resume(part: string): Promise<PartStatus>;
  /** kill, start again (`env` as for `start`), resolves when its readiness probe answers. */
  restart(part: string, env?: Readonly<Record<string, string>>): Promise<PartStatus>;
  /** Puts it under pressure, one of a kind at a time; resolves when it is on. Throws `fault-refused` where this lab cannot do it. */
  press(part: string, pressure: Pressure): Promise<PartStatus>;
  /** Takes the pressure off; one that is not on is no error. */
  relieve(part: string, on: Pressure['on']): Promise<PartStatus>;
  /** Since the pressure was put on; once it is off, until then. */
  felt(part: string, on: Pressure['on']): Promise<Felt>;
  /** Parts that run and do not answer their readiness probe now, with what stood in the way. */
  unready(): Promise<readonly { readonly part: string; readonly saw: string }[]>;
  /** Of every part that has a process now. */
  usage(): Promise<readonly Usage[]>;
  /** The last lines of its log. */
  logTail(part: string, lines: number): Promise<string[]>;
  /** From sequence number `from` on: state changes of parts, and what services said of themselves (JSON log lines with an `event` member). */
  events(from: number): Promise<{
    readonly records: readonly (ProcessRecord | ServiceEventRecord)[];
    readonly next: number;
    /** How many from `from` on are not held any more. */
    readonly lost?: number;
  }>;
}

/** Hits of one rule, counted where it acts. */
export interface RuleHits {
  readonly id: string;
  readonly hits: number;
  readonly firstHitAt?: number;
}

/** An exchange that a `hold` rule holds now. */
export interface Held {
  readonly token: string;
  readonly rule: string;
  readonly edge: string;
  readonly operation: string;
  readonly case?: string;
}

/**
 * `down`: the listener is closed, callers are refused by the kernel and nobody can count them. `resetting`: callers are accepted and reset at
 * once, each one recorded.
 */
export type EdgeState = 'up' | 'down' | 'resetting';

/** The wire's control API (client side in `harness/wire/client.ts`). */
export interface WireControl {
  arm(rule: WireRule): Promise<void>;
  /** Removes the rule; what it holds is released. Answers its hits. */
  disarm(ruleId: string): Promise<RuleHits>;
  hits(ruleId: string): Promise<RuleHits>;
  rules(): Promise<readonly WireRule[]>;
  /** Resolves with the next exchange held by the rule. */
  nextHeld(ruleId: string, deadlineMs: number, signal?: AbortSignal): Promise<Held>;
  /** `forward` lets it go on, `drop` forgets it and resets the caller's connection; `leaveGroup`: also sends LeaveGroup for the member (Kafka). */
  release(token: string, how: 'forward' | 'drop', options?: { readonly leaveGroup?: boolean }): Promise<void>;
  /** Resets the edge's connections and takes no new ones, or takes them again. */
  setEdge(edge: string, state: EdgeState): Promise<void>;
  /** From now on records tell names and types in JSON bodies (never a value), or no longer: once for each that wanted it. */
  keepShapes(on: boolean): Promise<void>;
  /** Every edge as it is now. */
  edges(): Promise<readonly { readonly id: string; readonly state: EdgeState; readonly connections: number }[]>;
  /** Exchanges that are held now. */
  held(): Promise<readonly Held[]>;
  /**
   * Records from sequence number `from` on, as they come; ends when the signal aborts. `lost`: how many left the wire's memory
   * before they could be read, just before this batch. With `edge` only records of that edge.
   */
  stream(
    from: number,
    onRecords: (records: readonly HistoryRecord[], next: number, lost: number) => void,
    signal: AbortSignal,
    edge?: string,
  ): Promise<void>;
  /** Everything the wire holds from `from` on, now. A record of an exchange exists once the exchange has ended. */
  records(from?: number): Promise<{ readonly records: readonly HistoryRecord[]; readonly next: number }>;
  /** Kafka, by (group, topic, partition): last produced offset + 1 and last committed offset seen; for lag. */
  offsets(): Promise<
    readonly {
      readonly group: string;
      readonly topic: string;
      readonly partition: number;
      readonly end: number;
      readonly committed: number;
    }[]
  >;
  /** What the wire's process keeps after a collection, and how much of that are its records; both in bytes. It stands still meanwhile. */
  kept(): Promise<{ readonly bytes: number; readonly recordBytes: number }>;
  /** Exchanges open now, per edge; idle ones excepted by the caller. */
  open(): Promise<
    readonly { readonly edge: string; readonly operation: string; readonly sinceMs: number; readonly case?: string }[]
  >;
}

export interface Lab {
  readonly descriptor: LabDescriptor;
  readonly topology: Topology;
  readonly parts: Parts;
  readonly wire: WireControl;
  /** Where `caller` dials `callee` (the wire's listener). */
  address(
    caller: string,
    callee: string,
  ): { readonly host: string; readonly port: number; readonly authorityFile?: string };
  probe<Row>(probe: Probe): Promise<readonly Row[]>;
  /** Lets go of connections of this attachment; the lab stays up. */
  detach(): Promise<void>;
}
