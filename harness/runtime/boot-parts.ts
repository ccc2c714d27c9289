/** Starts the parts of a lab, each as soon as what it stands on is there. */
import { availableParallelism } from 'node:os';
import type { Service, Topology } from '../core/index.ts';
import type { BootSteps } from './boot-steps.ts';
import type { PartSpec } from './warden/spec.ts';
import type { WardenClient } from './warden-client.ts';

export interface PartsToStart {
  readonly topology: Topology;
  readonly kit: PartKit;
  readonly warden: WardenClient;
  readonly steps: BootSteps;
  readonly signal: AbortSignal;
}

/** How the parts of a lab are made: as child processes, or as containers. */
export interface PartKit {
  wire(): PartSpec;
  toxiproxy(): PartSpec;
  service(name: string, service: Service): PartSpec;
  store(name: string): PartSpec;
  broker(name: string): PartSpec;
  /** What must be there before the part of a store or broker can be started. */
  prepared(name: string): Promise<void>;
  /** Throws unless Toxiproxy has a proxy for every edge. */
  requireProxies(): Promise<void>;
  /** The roles and databases of a Postgres. */
  makeDatabases(name: string): Promise<void>;
  makeTopics(name: string): Promise<void>;
}

/** With fewer processors than this, clients that knock at a broker which is not up yet take from it the time it needs to come up. */
const PROCESSORS_FOR_ALL_AT_ONCE = 4;

/**
 * Wire and Toxiproxy at once; brokers and stores once their data are copied; services once wire, Toxiproxy, their stores (on a small machine
 * their brokers, too) and the services named in their `after` are ready.
 */
export async function startParts(start: PartsToStart): Promise<void> {
  const { topology, kit } = start;
  const paths = Promise.all([add(start, kit.wire()), add(start, kit.toxiproxy()).then(() => kit.requireProxies())]);
  const stores = startEach(topology.stores, (name) => startStore(start, name));
  const brokers = startEach(topology.brokers, (name) => startBroker(start, name));
  const awaited = availableParallelism() < PROCESSORS_FOR_ALL_AT_ONCE ? { ...stores, ...brokers } : stores;
  const services: Record<string, Promise<void>> = {};
  for (const name of inOrder(topology)) {
    const service = topology.services[name];
    if (!service) continue;
    const callees = topology.edges.filter(({ caller }) => caller === name).map(({ callee }) => callee);
    const before = [
      paths,
      ...callees.map((callee) => awaited[callee]),
      ...(service.after ?? []).map((other) => services[other]),
    ];
    services[name] = Promise.all(before).then(() => add(start, kit.service(name, service)));
  }
  const all = [paths, ...[stores, brokers, services].flatMap((started) => Object.values(started))];
  await Promise.all(all);
}

function startEach(parts: Readonly<Record<string, unknown>>, begin: (name: string) => Promise<void>) {
  return Object.fromEntries(Object.keys(parts).map((name) => [name, begin(name)]));
}

async function startBroker(start: PartsToStart, name: string): Promise<void> {
  const { kit, steps } = start;
  await kit.prepared(name);
  await add(start, kit.broker(name));
  await steps.step(`${name}: topics`, () => kit.makeTopics(name));
}

async function startStore(start: PartsToStart, name: string): Promise<void> {
  const { kit, steps } = start;
  await kit.prepared(name);
  await add(start, kit.store(name));
  if (start.topology.stores[name]?.kind === 'postgres')
    await steps.step(`${name}: databases`, () => kit.makeDatabases(name));
}

async function add({ warden, steps, signal }: PartsToStart, spec: PartSpec): Promise<void> {
  await steps.step(spec.name, () => warden.add(spec, signal));
}

/** Names of services, each behind those it is to start after (validation has refused cycles). */
function inOrder({ services }: Topology): string[] {
  const ordered: string[] = [];
  const visit = (name: string) => {
    if (ordered.includes(name)) return;
    for (const earlier of services[name]?.after ?? []) visit(earlier);
    ordered.push(name);
  };
  for (const name of Object.keys(services)) visit(name);
  return ordered;
}
