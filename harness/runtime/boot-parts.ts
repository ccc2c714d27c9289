/** Starts the parts of a lab, each as soon as what it stands on is there. */
import type { Topology } from '../core/index.ts';
import type { BootSteps } from './boot-steps.ts';
import type { NativeContext } from './native/context.ts';
import { partOf } from './native/context.ts';
import { kafkaSpec, makeTopics } from './native/kafka.ts';
import { makeDatabases, postgresSpec } from './native/postgres.ts';
import { serviceSpec } from './native/service.ts';
import { requireProxies, toxiproxySpec } from './native/toxiproxy.ts';
import { wireSpec } from './native/wire.ts';
import type { PartSpec } from './warden/spec.ts';
import type { WardenClient } from './warden-client.ts';

export interface PartsToStart {
  readonly context: NativeContext;
  readonly warden: WardenClient;
  readonly steps: BootSteps;
  readonly signal: AbortSignal;
  /** Copies of the templates, by store and broker, being made. */
  readonly copies: Readonly<Record<string, Promise<void>>>;
}

/**
 * Wire and Toxiproxy at once; brokers and stores once their data are copied; services once wire, Toxiproxy, their stores and the services named
 * in their `after` are ready. Services do not wait for brokers, which take longest: through the wire their address exists already.
 */
export async function startParts(start: PartsToStart): Promise<void> {
  const { context, steps } = start;
  const { topology } = context;
  const paths = Promise.all([
    add(start, wireSpec(context)),
    add(start, toxiproxySpec(context)).then(() => requireProxies(context)),
  ]);
  const stores = new Map(Object.keys(topology.stores).map((name) => [name, startStore(start, name)]));
  const brokers = Object.entries(topology.brokers).map(async ([name, broker]) => {
    await start.copies[name];
    await add(start, kafkaSpec(context, name));
    await steps.step(`${name}: topics`, () => makeTopics(partOf(context, name).port, broker, start.signal));
  });
  const services = new Map<string, Promise<void>>();
  for (const name of inOrder(topology)) {
    const service = topology.services[name];
    if (!service) continue;
    const callees = topology.edges.filter(({ caller }) => caller === name).map(({ callee }) => callee);
    const before = [
      paths,
      ...callees.map((callee) => stores.get(callee)),
      ...(service.after ?? []).map((earlier) => services.get(earlier)),
    ];
    services.set(
      name,
      Promise.all(before).then(() => add(start, serviceSpec(context, name, service))),
    );
  }
  await Promise.all([paths, ...stores.values(), ...brokers, ...services.values()]);
}

async function startStore(start: PartsToStart, name: string): Promise<void> {
  await start.copies[name];
  await add(start, postgresSpec(start.context, name));
  await start.steps.step(`${name}: databases`, () => makeDatabases(start.context, name));
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
