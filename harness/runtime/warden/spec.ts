/** What the warden is told, as plain data: its own configuration, and how each part is started, known to be ready, and ended. */
import type { PartAddress } from '../../core/lab.ts';

/** The first line of the warden's standard input, which then stays open: when it ends the harness is gone, and the lab is ended. */
export interface WardenConfig {
  readonly run: string;
  readonly token: string;
  readonly journal: string;
  /** Address of the engine, where parts will be containers: what it takes to start one is loaded meanwhile. */
  readonly engine?: string;
}

/** The warden's one line on standard output. Its port is the first of the block of ports that belongs to the lab. */
export interface WardenReady {
  readonly ready: true;
  readonly port: number;
  readonly pid: number;
}

export interface PartSpec {
  readonly name: string;
  readonly kind: PartAddress['kind'];
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Written to its standard input, which stays open: its end tells the part that the warden is gone. */
  readonly stdin?: string;
  readonly logFile: string;
  /** What asks it to end in good order, and how long it may take before it is killed. */
  readonly stopSignal: NodeJS.Signals;
  readonly stopGraceMs: number;
  readonly ready: ReadyProbe;
  readonly readyTimeoutMs: number;
  /** It is a container, not a child process: `command` and `env` are the container's own. */
  readonly container?: ContainerSpec;
}

/** What a container is besides its command and environment. Its name in the lab's network is the part's. */
export interface ContainerSpec {
  /** Address of the engine. */
  readonly engine: string;
  readonly image: string;
  readonly network: string;
  /** Names that lead to it as well, beside those to whom they belong. */
  readonly standsInFor?: readonly string[];
  /** Ports of the container, published as the same numbers on loopback: so they are the same after a restart. */
  readonly publish: readonly number[];
  /** Written into the container before it starts. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
  /** A folder of this machine that it writes into, as `user` (ids of user and group, `1000:1000`). */
  readonly mount?: { readonly from: string; readonly to: string; readonly user: string };
  readonly memoryBytes: number;
  readonly cpus: number;
  /** Paths below `from` in later environments are below `to` in the container. */
  readonly paths: { readonly from: string; readonly to: string };
}

/**
 * How a part is known to be ready: an HTTP GET answers 2xx · the port accepts · its log of this life holds a text ·
 * bytes sent to its port get bytes back (the first of them being `expectFirst`, where that is given).
 */
export type ReadyProbe =
  | { readonly how: 'http'; readonly port: number; readonly path: string; readonly secure?: true }
  | { readonly how: 'tcp'; readonly port: number; readonly heldMs?: number }
  | { readonly how: 'log'; readonly text: string }
  | { readonly how: 'exchange'; readonly port: number; readonly sendBase64: string; readonly expectFirst?: string };

/** The body of every answer that is not 2xx. */
export interface WardenFailure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}
