/** The parts of a lab as containers on the lab's own network: stock images for the infrastructure, one image for our services and the wire. */
import type { Service, Topology } from '../../core/index.ts';
import { edgeId } from '../../core/index.ts';
import { fillTemplates } from '../../topology/index.ts';
import type { WireConfig } from '../../wire/index.ts';
import type { PartKit } from '../boot-parts.ts';
import type { LabCertificates } from '../certificates.ts';
import { edgeTls } from '../edge-tls.ts';
import { API_VERSIONS_REQUEST, makeTopics } from '../native/kafka.ts';
import { createDatabases } from '../native/postgres.ts';
import { REDIS_PING, redisConfiguration } from '../native/redis.ts';
import { requireProxies } from '../native/toxiproxy.ts';
import { type LabPlan, templateContext } from '../plan.ts';
import { registryAnswers } from '../registry-addresses.ts';
import type { ContainerSpec, PartSpec } from '../warden/spec.ts';
import { WIRE_ENGINE } from '../wire-options.ts';
import {
  KAFKA_IMAGE,
  POSTGRES_READY_IMAGE,
  POSTGRES_READY_PASSWORD,
  REDIS_IMAGE,
  servicesImage,
  TOXIPROXY_IMAGE,
} from './images.ts';
import { kafkaEnvironment, POSTGRES_COMMAND, POSTGRES_STARTUP } from './infrastructure.ts';

export interface ContainerContext {
  readonly topology: Topology;
  readonly plan: LabPlan;
  readonly run: string;
  readonly token: string;
  /** Folder of the project. */
  readonly root: string;
  readonly logs: string;
  readonly engine: string;
  readonly network: string;
  /** The wire appends its records to `wire.ndjson` in here. */
  readonly recordFolder?: string;
  /** Where some edge wants them made. */
  readonly certificates?: LabCertificates;
}

/** Where the project stands in the image of the services. */
const ROOT_INSIDE = '/app';
const OWN_FILES = { certificate: '/etc/faultline/certificate.pem', key: '/etc/faultline/key.pem' } as const;
const WIRE_CONFIG = '/etc/faultline/wire.json';
const REDIS_CONFIG = '/etc/redis.conf';
const PROXIES = '/toxiproxy.json';
const RECORDS = '/records';
/** What is written into a folder of ours is ours. */
const OURSELVES = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
const EVERYWHERE = '0.0.0.0';
const MIB = 1024 * 1024;
/** Enough for everyone; a part that wants more is ended by the engine rather than taking the machine with it. */
const LIMITS_OF = {
  service: { memoryBytes: 512 * MIB, cpus: 1 },
  wire: { memoryBytes: 1_024 * MIB, cpus: 2 },
  toxiproxy: { memoryBytes: 256 * MIB, cpus: 2 },
  postgres: { memoryBytes: 1_024 * MIB, cpus: 2 },
  redis: { memoryBytes: 256 * MIB, cpus: 1 },
  kafka: { memoryBytes: 1_536 * MIB, cpus: 2 },
} as const;

export function containerKit(context: ContainerContext, signal: AbortSignal): PartKit {
  const { topology, token, plan } = context;
  const portOf = (name: string) => plan.parts.find((part) => part.name === name)?.port ?? 0;
  return {
    wire: () => wire(context, portOf('wire')),
    toxiproxy: () => toxiproxy(context, portOf('toxiproxy')),
    service: (name, declared) => service(context, name, declared, portOf(name)),
    store: (name) => (topology.stores[name]?.kind === 'redis' ? redis : postgres)(context, name, portOf(name)),
    broker: (name) => kafka(context, name, portOf(name)),
    prepared: async () => {},
    requireProxies: () => requireProxies(context),
    makeDatabases: (name) =>
      createDatabases({ topology, token, port: portOf(name), password: POSTGRES_READY_PASSWORD }, name),
    async makeTopics(name) {
      const broker = topology.brokers[name];
      if (broker) await makeTopics(portOf(name), broker, signal);
    },
  };
}

type Own = Omit<PartSpec, 'container' | 'cwd' | 'logFile'> &
  Pick<ContainerSpec, 'image' | 'publish' | 'mount' | 'standsInFor'> & { readonly files?: ContainerSpec['files'] };

function part({ engine, network, root, logs }: ContainerContext, own: Own): PartSpec {
  const { image, publish, files = [], mount, standsInFor, ...spec } = own;
  const paths = { from: root, to: ROOT_INSIDE };
  return {
    ...spec,
    cwd: root,
    logFile: `${logs}/${spec.name}.log`,
    container: {
      ...{ engine, image, network, publish, files, paths },
      ...(mount && { mount }),
      ...(standsInFor && { standsInFor }),
      ...LIMITS_OF[spec.kind],
    },
  };
}

function wire(context: ContainerContext, port: number): PartSpec {
  const { topology, plan, token, root } = context;
  const edges = topology.edges.flatMap((edge) => {
    const address = plan.edges.find(({ id }) => id === edgeId(edge));
    if (!address) return [];
    const { id, wirePort, toxiproxyPort } = address;
    const { caller, callee, protocol } = edge;
    const listens = { listenHost: EVERYWHERE, listenPort: wirePort, advertisedHost: 'wire', advertisedPort: wirePort };
    const registry = registryAnswers(edge, plan, { part: (name) => name, wire: 'wire' });
    const upstream = { upstreamHost: 'toxiproxy', upstreamPort: toxiproxyPort };
    return [{ id, caller, callee, protocol, ...listens, ...upstream, ...registry, ...edgeTls(edge, context) }];
  });
  const { recordFolder } = context;
  const recordFile = `${RECORDS}/wire.ndjson`;
  const record = recordFolder === undefined ? {} : { recordFile };
  const links = topology.correlate === undefined ? {} : { correlate: topology.correlate };
  const config: WireConfig = { controlPort: port, controlHost: EVERYWHERE, token, edges, ...links, ...record };
  // Ours are reached within the network; the driver is outside.
  const doors = plan.edges.filter(({ id }) => id.startsWith('driver->')).map(({ wirePort }) => wirePort);
  return part(context, {
    name: 'wire',
    kind: 'wire',
    image: servicesImage(root),
    command: ['node', ...WIRE_ENGINE, `${ROOT_INSIDE}/harness/wire/main.ts`, WIRE_CONFIG],
    env: {},
    files: [{ path: WIRE_CONFIG, content: JSON.stringify(config) }],
    ...(recordFolder !== undefined && { mount: { from: recordFolder, to: RECORDS, user: OURSELVES } }),
    publish: [port, ...doors],
    stopSignal: 'SIGTERM',
    stopGraceMs: 2_000,
    ready: { how: 'log', text: '"ready":true' },
    readyTimeoutMs: 30_000,
  });
}

function toxiproxy(context: ContainerContext, port: number): PartSpec {
  const proxies = context.plan.edges.map(({ id, toxiproxyPort, calleePort, through }) => ({
    name: id,
    listen: `${EVERYWHERE}:${toxiproxyPort}`,
    upstream: `${through ?? id.slice(id.indexOf('->') + 2)}:${calleePort}`,
    enabled: true,
  }));
  return part(context, {
    name: 'toxiproxy',
    kind: 'toxiproxy',
    image: TOXIPROXY_IMAGE,
    command: [`-host=${EVERYWHERE}`, `-port=${port}`, `-config=${PROXIES}`],
    env: { LOG_LEVEL: 'warn' },
    files: [{ path: PROXIES, content: JSON.stringify(proxies) }],
    // It, or a sidecar, dials them. Where a part is down its name leads here, to a port where nobody listens: a refusal, as by a machine that is up.
    standsInFor: dialled(context.topology),
    publish: [port],
    stopSignal: 'SIGTERM',
    stopGraceMs: 2_000,
    ready: { how: 'http', port, path: '/version' },
    readyTimeoutMs: 30_000,
  });
}

/** Every part that is called, and what sidecars stand beside. */
function dialled({ edges, services }: Topology): string[] {
  const neighbours = Object.values(services).flatMap(({ beside = [] }) => beside);
  return [...new Set([...edges.map(({ callee }) => callee), ...neighbours])];
}

function service(context: ContainerContext, name: string, declared: Service, port: number): PartSpec {
  const { topology, plan, run, token, root } = context;
  const facts = { run, token, root: ROOT_INSIDE, node: 'node', wireHost: 'wire', own: OWN_FILES };
  const own = context.certificates?.issued[name];
  const words = templateContext(topology, plan, name, facts);
  const env = Object.entries(declared.env ?? {}).map(([key, text]) => [key, fillTemplates(text, words)]);
  return part(context, {
    name,
    kind: 'service',
    image: servicesImage(root),
    command: declared.command.map((text) => fillTemplates(text, words)),
    env: { HOST: EVERYWHERE, ...Object.fromEntries(env) },
    ...(own && {
      files: (['certificate', 'key'] as const).map((file) => ({ path: OWN_FILES[file], content: own[file] })),
    }),
    publish: [port, ...grpcDoorsOf(context, name)],
    stopSignal: 'SIGTERM',
    stopGraceMs: 5_000,
    ready:
      'http' in declared.ready
        ? { how: 'http', port, path: declared.ready.http, ...(declared.ready.secure && { secure: true }) }
        : { how: 'tcp', port, heldMs: HELD_MS },
    readyTimeoutMs: declared.ready.timeoutMs ?? 40_000,
  });
}

/** Where it is called over gRPC: the harness calls there as well, to verify contracts. */
function grpcDoorsOf({ topology, plan }: ContainerContext, name: string): number[] {
  const ids = topology.edges.filter(({ callee, protocol }) => callee === name && protocol === 'grpc').map(edgeId);
  const addresses = plan.edges.filter(({ id }) => ids.includes(id));
  return [...new Set(addresses.map(({ ownPort, calleePort }) => ownPort ?? calleePort))];
}

/** A connection that the engine took for a container in which nobody listens is closed sooner than this. */
const HELD_MS = 150;

function postgres(context: ContainerContext, name: string, port: number): PartSpec {
  return part(context, {
    name,
    kind: 'postgres',
    image: POSTGRES_READY_IMAGE,
    command: POSTGRES_COMMAND,
    env: { PGPORT: String(port) },
    publish: [port],
    stopSignal: 'SIGINT',
    stopGraceMs: 10_000,
    ready: { how: 'exchange', port, sendBase64: POSTGRES_STARTUP.toString('base64'), expectFirst: 'R' },
    readyTimeoutMs: 60_000,
  });
}

function redis(context: ContainerContext, name: string, port: number): PartSpec {
  return part(context, {
    name,
    kind: 'redis',
    image: REDIS_IMAGE,
    command: ['redis-server', REDIS_CONFIG],
    env: {},
    files: [{ path: REDIS_CONFIG, content: redisConfiguration({ ...context, bind: EVERYWHERE, port }, name) }],
    publish: [port],
    stopSignal: 'SIGTERM',
    stopGraceMs: 5_000,
    ready: { how: 'exchange', port, sendBase64: REDIS_PING.toString('base64'), expectFirst: '-' },
    readyTimeoutMs: 30_000,
  });
}

function kafka(context: ContainerContext, name: string, port: number): PartSpec {
  const controllerPort = context.plan.controllerPorts[name] ?? 0;
  return part(context, {
    name,
    kind: 'kafka',
    image: KAFKA_IMAGE,
    command: ['/etc/kafka/docker/run'],
    env: kafkaEnvironment(port, controllerPort),
    publish: [port],
    stopSignal: 'SIGTERM',
    stopGraceMs: 10_000,
    ready: { how: 'exchange', port, sendBase64: API_VERSIONS_REQUEST.toString('base64') },
    readyTimeoutMs: 60_000,
  });
}
