/** Every address of a lab, decided before anything is started: a pure function of the topology and of free ports. */
import {
  type EdgeAddress,
  edgeId,
  HarnessError,
  type PartAddress,
  type Protocol,
  type Topology,
} from '../core/index.ts';
import type { TemplateContext } from '../topology/index.ts';
import { passwordOf } from './passwords.ts';

const HOST = '127.0.0.1';

export interface LabPlan {
  readonly edges: readonly EdgeAddress[];
  /** Every part with the port at which it really listens. */
  readonly parts: readonly PartAddress[];
  readonly controllerPorts: Readonly<Record<string, number>>;
  readonly extraPorts: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** How many ports `planLab` takes. */
export function portsNeeded({ services, stores, brokers, edges }: Topology): number {
  const perService = Object.values(services).map(({ extraPorts = [] }) => 1 + extraPorts.length);
  const ofServices = perService.reduce((sum, count) => sum + count, 0);
  return ofServices + Object.keys(stores).length + 2 * Object.keys(brokers).length + 2 * edges.length + 2;
}

/** Gives out `ports` in a fixed order. */
export function planLab(topology: Topology, ports: readonly number[]): LabPlan {
  const left = [...ports];
  const take = () => {
    const port = left.shift();
    if (port === undefined)
      throw new HarnessError({ code: 'internal', message: 'the plan of the lab ran out of ports' });
    return port;
  };
  const parts: PartAddress[] = [];
  const add = (name: string, kind: PartAddress['kind'], port = take()) => parts.push({ name, kind, host: HOST, port });
  const extraPorts: Record<string, Record<string, number>> = {};
  const controllerPorts: Record<string, number> = {};
  add('wire', 'wire');
  add('toxiproxy', 'toxiproxy');
  for (const [name, { kind }] of Object.entries(topology.stores)) add(name, kind);
  for (const [name, { kind }] of Object.entries(topology.brokers)) {
    add(name, kind);
    controllerPorts[name] = take();
  }
  for (const [name, service] of Object.entries(topology.services)) {
    add(name, 'service', service.port);
    extraPorts[name] = Object.fromEntries((service.extraPorts ?? []).map((extra) => [extra, take()]));
  }
  const edges = topology.edges.map((edge) => {
    const portOf = (part: string, extra: string | undefined) => {
      const own = parts.find(({ name }) => name === part)?.port;
      const port = extra === undefined ? own : extraPorts[part]?.[extra];
      if (port !== undefined) return port;
      throw new HarnessError({ code: 'bad-topology', message: `the edge ${edgeId(edge)} leads to no port` });
    };
    const ownPort = portOf(edge.callee, edge.calleePort);
    const calleePort = edge.through === undefined ? ownPort : portOf(edge.through.part, edge.through.port);
    const through = edge.through && { through: edge.through.part, ownPort };
    return { id: edgeId(edge), host: HOST, wirePort: take(), toxiproxyPort: take(), calleePort, ...through };
  });
  return { edges, parts, controllerPorts, extraPorts };
}

export interface ContextFacts {
  readonly run: string;
  readonly token: string;
  readonly node: string;
  readonly root: string;
  /** Where services find the wire; default: where everybody does. */
  readonly wireHost?: string;
  /** Where its own certificate stands, if one is made. */
  readonly own: { readonly certificate: string; readonly key: string };
}

/** What the templates of one service stand for in this lab. */
export function templateContext(
  topology: Topology,
  plan: LabPlan,
  service: string,
  facts: ContextFacts,
): TemplateContext {
  const { run, node, root, wireHost, own } = facts;
  const address = (callee: string) => {
    const found = addressOf(plan, service, callee);
    return wireHost === undefined ? found : { ...found, host: wireHost };
  };
  const port = plan.parts.find(({ name }) => name === service)?.port ?? 0;
  const neighbour = topology.services[service]?.beside;
  return {
    name: service,
    port,
    // In a network of containers a part is found by its name.
    self: `${wireHost === undefined ? HOST : service}:${port}`,
    node,
    root,
    run,
    ...own,
    extraPorts: plan.extraPorts[service] ?? {},
    beside(extra) {
      if (neighbour === undefined) return undefined;
      const own = plan.parts.find(({ name }) => name === neighbour)?.port;
      const found = extra === undefined ? own : plan.extraPorts[neighbour]?.[extra];
      return found === undefined ? undefined : `${wireHost === undefined ? HOST : neighbour}:${found}`;
    },
    address,
    url(callee) {
      const { host, port } = address(callee);
      const protocol = protocolOf(topology, service, callee);
      const kind = topology.stores[callee]?.kind;
      if (kind === undefined) return `${protocol}://${host}:${port}`;
      const self = `${service}:${passwordOf(facts.token, service)}@${host}:${port}`;
      return kind === 'redis' ? `redis://${self}` : `postgres://${self}/${service}`;
    },
  };
}

function addressOf(plan: LabPlan, caller: string, callee: string): { readonly host: string; readonly port: number } {
  const edge = plan.edges.find(({ id }) => id === edgeId({ caller, callee }));
  if (edge) return { host: edge.host, port: edge.wirePort };
  throw new HarnessError({
    code: 'bad-topology',
    message: `"${caller}" has no edge to "${callee}"`,
    hint: 'Add it to edges.',
  });
}

function protocolOf(topology: Topology, caller: string, callee: string): Protocol | 'https' | undefined {
  const found = topology.edges.find((edge) => edge.caller === caller && edge.callee === callee);
  return found?.tls === undefined ? found?.protocol : 'https';
}
