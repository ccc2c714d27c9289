/** After a case: proof that the lab is as it was, and the mending of what is not. */
import { Toxiproxy } from 'toxiproxy-node-client';
import { type Lab, messageOf } from '../core/index.ts';
import { isIdle } from './quiescence.ts';

/** What is not back to normal, one sentence each; empty when the lab is healed. */
export async function findUnhealed(lab: Lab): Promise<readonly string[]> {
  const found: string[] = [];
  const [rules, parts, proxies, edges, held] = await Promise.all([
    lab.wire.rules(),
    lab.parts.list(),
    listProxies(lab),
    lab.wire.edges(),
    lab.wire.held(),
  ]);
  for (const rule of rules) found.push(`rule ${rule.id} is still armed on ${rule.edge}`);
  for (const { edge, operation } of held) found.push(`${operation} on ${edge} is still held`);
  for (const { id, state } of edges) if (state !== 'up') found.push(`the edge ${id} is ${state}`);
  for (const { name, state, under = [] } of parts) {
    if (state !== 'running') found.push(`${name} is ${state}`);
    for (const on of under) found.push(`${name} is still pressed on ${on}`);
  }
  for (const [name, proxy] of Object.entries(proxies)) {
    if (!proxy.enabled) found.push(`the proxy of ${name} is off`);
    for (const toxic of proxy.toxics) found.push(`toxic ${toxic.name} is still on ${name}`);
  }
  return found;
}

/** What is left of a case that ran beside others: rules of its own, exchanges that are held, calls that have not ended. */
export async function findLeftOf({ wire, topology }: Lab, caseId: string): Promise<readonly string[]> {
  const [rules, held, open] = await Promise.all([wire.rules(), wire.held(), wire.open()]);
  const isOurs = (one: { readonly case?: string }) => one.case === caseId;
  const calls = open.filter((call) => isOurs(call) && !isIdle(topology, call.edge, call.operation));
  return [
    ...rules.filter(({ trigger }) => isOurs(trigger)).map(({ id, edge }) => `rule ${id} is still armed on ${edge}`),
    ...held.filter(isOurs).map(({ edge, operation }) => `${operation} on ${edge} is still held`),
    ...calls.map(({ edge, operation }) => `${operation} on ${edge} has not ended`),
  ];
}

interface ListedProxy {
  readonly enabled: boolean;
  readonly toxics: readonly { readonly name: string }[];
}

/** With their toxics, which the client's own `getAll` leaves out. */
async function listProxies(lab: Lab): Promise<Readonly<Record<string, ListedProxy>>> {
  const toxiproxy = new Toxiproxy(lab.descriptor.toxiproxyUrl);
  return (await toxiproxy.getApi().get<Record<string, ListedProxy>>(`${toxiproxy.host}/proxies`)).data;
}

/** Mends everything that `findUnhealed` names and starts every service anew; throws when a part does not come back. */
export async function rebuild(lab: Lab): Promise<void> {
  for (const rule of await lab.wire.rules()) await lab.wire.disarm(rule.id);
  await new Toxiproxy(lab.descriptor.toxiproxyUrl).reset();
  for (const { id } of lab.descriptor.edges) await lab.wire.setEdge(id, 'up');
  const parts = await lab.parts.list();
  for (const { name, under = [] } of parts) for (const on of under) await lab.parts.relieve(name, on);
  await Promise.all(parts.filter(({ state }) => state === 'paused').map(({ name }) => lab.parts.resume(name)));
  const infrastructure = parts.filter(({ name }) => !(name in lab.topology.services));
  for (const { name, state } of infrastructure)
    if (state !== 'running' && state !== 'paused') await lab.parts.start(name);
  await restartAll(lab);
}

/** All at once, but for those that are to start after others. */
async function restartAll(lab: Lab): Promise<void> {
  const { topology } = lab;
  const begun = new Map<string, Promise<unknown>>();
  const restart = (name: string): Promise<unknown> => {
    const known = begun.get(name);
    if (known) return known;
    const { after = [] } = topology.services[name] ?? {};
    const done = Promise.all(after.map(restart)).then(() => startAnew(lab, name));
    begun.set(name, done);
    return done;
  };
  const names = Object.keys(topology.services);
  const ends = await Promise.allSettled(names.map(restart));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}

/**
 * Another life of a service, with `env` from now on where given. It is ended by SIGTERM: one that leaves its consumer group is let in
 * again at once, one that was killed only when its session has ended.
 */
export async function startAnew(lab: Lab, service: string, env?: Readonly<Record<string, string>>): Promise<void> {
  const status = (await lab.parts.list()).find(({ name }) => name === service);
  if (status?.state !== 'running') return void (await lab.parts.restart(service, env));
  await lab.parts.stop(service);
  await lab.parts.start(service, env);
}

/** A sentence for a heal that itself failed. */
export function healFailure(cause: unknown): string {
  return `a fault could not be taken back: ${messageOf(cause)}`;
}
