/** Rules on edges and what is said about them: both ends exist, the protocol fits, promises make sense. */
import { type Edge, edgeId, type Topology } from '../core/index.ts';
import { didYouMean } from './rules-parts.ts';
import type { Problem } from './validate.ts';

export function edgeProblems(topology: Topology): Problem[] {
  const ids = topology.edges.map(edgeId);
  const twice = ids.find((id, index) => ids.indexOf(id) < index);
  return [
    ...topology.edges.flatMap((edge) => [...endProblems(topology, edge), ...promiseProblems(edge)]),
    ...(twice ? [{ message: `the edge ${twice} is declared twice`, hint: 'Remove one of the two.' }] : []),
    ...topology.idle.flatMap(({ edge, operation }) => {
      if (ids.includes(edge)) return [];
      const message = `the idle operation "${operation}" is on the edge "${edge}", which is not declared`;
      return [{ message, hint: didYouMean(edge, ids, 'Name a declared edge, as caller->callee.') }];
    }),
    ...correlateProblems(topology, ids),
  ];
}

function endProblems(topology: Topology, edge: Edge): Problem[] {
  const problems: Problem[] = [];
  const id = edgeId(edge);
  const callers = ['driver', ...Object.keys(topology.services)];
  const callees = [topology.services, topology.stores, topology.brokers].flatMap((parts) => Object.keys(parts));
  if (!callers.includes(edge.caller)) {
    const message = `the edge ${id} begins at "${edge.caller}", which is not a service`;
    problems.push({ message, hint: didYouMean(edge.caller, callers, 'Declare that service, or remove the edge.') });
  }
  if (!callees.includes(edge.callee)) {
    const message = `the edge ${id} leads to nowhere: "${edge.callee}" is no service, store or broker`;
    problems.push({ message, hint: didYouMean(edge.callee, callees, `Declare "${edge.callee}", or remove the edge.`) });
    return problems;
  }
  if (edge.caller === edge.callee) {
    problems.push({ message: `the edge ${id} leads from a service to itself`, hint: 'Remove it.' });
  }
  const protocol = topology.stores[edge.callee]?.kind ?? topology.brokers[edge.callee]?.kind;
  if (protocol && edge.protocol !== protocol && edge.protocol !== 'tcp') {
    const message = `the edge ${id} speaks ${edge.protocol}, but "${edge.callee}" is ${protocol}`;
    problems.push({ message, hint: `Write protocol: '${protocol}'.` });
  }
  if (edge.tls && edge.protocol !== 'http') {
    const message = `the edge ${id} speaks ${edge.protocol} over TLS: the wire can read that of HTTP only`;
    problems.push({ message, hint: "Leave tls out, or write protocol: 'http'." });
  }
  if (edge.tls === 'made' && !topology.services[edge.callee]) {
    const message = `the edge ${id} wants a certificate made for "${edge.callee}", which is not a service`;
    problems.push({ message, hint: 'Leave tls out.' });
  }
  problems.push(...carrierProblems(topology, edge), ...mutualTlsProblems(edge));
  const extraPorts = topology.services[edge.callee]?.extraPorts ?? [];
  if (edge.calleePort !== undefined && !extraPorts.includes(edge.calleePort)) {
    const message = `the edge ${id} leads to the port "${edge.calleePort}" of "${edge.callee}", which has no such extra port`;
    problems.push({ message, hint: didYouMean(edge.calleePort, extraPorts, 'Add it to extraPorts of that service.') });
  }
  return problems;
}

/** Whoever carries the calls of an edge is a service with that port. */
function carrierProblems({ services }: Topology, edge: Edge): Problem[] {
  if (edge.through === undefined) return [];
  const { part, port } = edge.through;
  const carrier = services[part];
  if (carrier === undefined) {
    const message = `the edge ${edgeId(edge)} goes through "${part}", which is not a service`;
    return [{ message, hint: didYouMean(part, Object.keys(services), 'Declare it, or leave `through` out.') }];
  }
  const ports = carrier.extraPorts ?? [];
  if (ports.includes(port)) return [];
  const message = `the edge ${edgeId(edge)} goes through the port "${port}" of "${part}", which has no such extra port`;
  return [{ message, hint: didYouMean(port, ports, 'Add it to extraPorts of that service.') }];
}

function mutualTlsProblems(edge: Edge): Problem[] {
  if (edge.mutualTls === undefined || edge.protocol === 'tcp') return [];
  const message = `the edge ${edgeId(edge)} has mutualTls and speaks ${edge.protocol}: the wire cannot read inside it`;
  return [{ message, hint: "Write protocol: 'tcp', or give the wire a certificate by `tls`." }];
}

/** Numbers that are each in range and yet contradict each other. */
function promiseProblems(edge: Edge): Problem[] {
  const { breaker, fallback } = edge.promises ?? {};
  const problems: Problem[] = [];
  if (breaker && breaker.graceMs >= breaker.openMs) {
    const message = `the breaker of ${edgeId(edge)} has graceMs ${breaker.graceMs}, not below its openMs ${breaker.openMs}`;
    problems.push({ message, hint: 'A grace as long as the open time hides every leak: make it shorter.' });
  }
  if (fallback?.retryAfter && fallback.status !== 503 && fallback.status !== 429) {
    const message = `the fallback of ${edgeId(edge)} promises Retry-After with status ${fallback.status}`;
    problems.push({ message, hint: 'Retry-After goes with 503 or 429.' });
  }
  return problems;
}

/** Which protocols have such a place. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  key: ['kafka', 'http'],
  value: ['postgres'],
  reply: ['http'],
};

function correlateProblems({ edges, correlate = [] }: Topology, ids: readonly string[]): Problem[] {
  return correlate.flatMap(({ edge, id, topic }) => {
    const meant = edges.filter((one) => fitsPattern(edge, edgeId(one)));
    if (meant.length === 0) {
      const message = `correlate names the edge "${edge}", which is not declared`;
      return [{ message, hint: didYouMean(edge, ids, 'Name a declared edge, or a pattern as *->kafka.') }];
    }
    const able = PLACES[id.split('.')[0] ?? ''] ?? [];
    const other = meant.find(({ protocol }) => !able.includes(protocol));
    if (other === undefined && topic !== undefined && meant.some(({ protocol }) => protocol !== 'kafka')) {
      const message = `correlate names the topic "${topic}" on ${edge}, which is no Kafka edge`;
      return [{ message, hint: 'Leave the topic out.' }];
    }
    if (other === undefined) return [];
    const message = `correlate looks for "${id}" on ${edgeId(other)}, which speaks ${other.protocol}`;
    return [{ message, hint: `Such a place is known on: ${able.join(', ')}.` }];
  });
}

function fitsPattern(pattern: string, edge: string): boolean {
  if (pattern.startsWith('*')) return edge.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? edge.startsWith(pattern.slice(0, -1)) : pattern === edge;
}
