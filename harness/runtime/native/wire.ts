/** The wire as a child process, with its configuration on standard input. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { edgeId } from '../../core/index.ts';
import type { WireConfig, WireEdge } from '../../wire/index.ts';
import { edgeTls } from '../edge-tls.ts';
import { registryAnswers } from '../registry-addresses.ts';
import type { PartSpec } from '../warden/spec.ts';
import { WIRE_ENGINE } from '../wire-options.ts';
import { type NativeContext, partOf } from './context.ts';

const MAIN = fileURLToPath(new URL('../../wire/main.ts', import.meta.url));

export function wireSpec(context: NativeContext): PartSpec {
  const { port } = partOf(context, 'wire');
  const config: WireConfig = {
    controlPort: port,
    token: context.token,
    edges: wireEdges(context),
    ...(context.topology.correlate !== undefined && { correlate: context.topology.correlate }),
    ...(context.recordFolder !== undefined && { recordFile: join(context.recordFolder, 'wire.ndjson') }),
  };
  return {
    name: 'wire',
    kind: 'wire',
    command: [context.tools.node, ...WIRE_ENGINE, MAIN],
    env: context.env,
    cwd: context.data,
    stdin: `${JSON.stringify(config)}\n`,
    logFile: join(context.logs, 'wire.log'),
    stopSignal: 'SIGTERM',
    stopGraceMs: 2_000,
    ready: { how: 'log', text: '"ready":true' },
    readyTimeoutMs: 10_000,
  };
}

function wireEdges(context: NativeContext): WireEdge[] {
  const { topology, plan } = context;
  return topology.edges.flatMap((edge) => {
    const address = plan.edges.find(({ id }) => id === edgeId(edge));
    if (!address) return [];
    const { id, host, wirePort, toxiproxyPort } = address;
    const { caller, callee, protocol } = edge;
    return [
      {
        id,
        caller,
        callee,
        protocol,
        listenHost: host,
        listenPort: wirePort,
        upstreamHost: host,
        upstreamPort: toxiproxyPort,
        ...registryAnswers(edge, plan, { part: () => host, wire: host }),
        ...edgeTls(edge, context),
      },
    ];
  });
}
