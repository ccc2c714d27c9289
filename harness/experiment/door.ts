/** The system's door as the driver reaches it: its address, and connections that are kept; where it is encrypted, whom to trust. */
import { readFileSync } from 'node:fs';
import { Agent, type Dispatcher } from 'undici';
import type { Lab } from '../core/index.ts';

export interface Door {
  /** `http://127.0.0.1:4711` */
  readonly origin: string;
  readonly dispatcher: Dispatcher;
}

const POOL = { connections: 256, pipelining: 1, keepAliveTimeout: 30_000 } as const;

/** One pool for every workload of the process: as a browser would, connections are kept. By the authority that is trusted. */
const pools = new Map<string | undefined, Agent>();

export function doorOf(lab: Lab, name: string): Door {
  const { host, port, authorityFile } = lab.address('driver', name);
  const protocol = authorityFile === undefined ? 'http' : 'https';
  return { origin: `${protocol}://${host}:${port}`, dispatcher: dispatcherFor(authorityFile) };
}

/** Connections that trust this authority (a PEM file) and nobody else; of no encryption, where there is none. */
export function dispatcherFor(authorityFile: string | undefined): Dispatcher {
  const known = pools.get(authorityFile);
  if (known !== undefined) return known;
  const trust = authorityFile === undefined ? {} : { connect: { ca: readFileSync(authorityFile, 'utf8') } };
  const made = new Agent({ ...POOL, ...trust });
  pools.set(authorityFile, made);
  return made;
}
