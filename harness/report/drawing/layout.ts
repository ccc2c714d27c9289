/** Places the parts and edges of a topology with dagre. Knows nothing of runs and faults. */
import { graphlib, layout } from '@dagrejs/dagre';
import type { Topology } from '../../core/index.ts';
import { edgeId } from '../../core/index.ts';

export type NodeKind = 'driver' | 'service' | 'outside' | 'postgres' | 'redis' | 'kafka';

export interface PlacedNode {
  readonly name: string;
  readonly kind: NodeKind;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly id: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Where its label belongs. */
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

const NODE_HEIGHT = 38;
const LETTER = 7.6;

/**
 * Left to right: who calls stands left of who is called. `labelled` edges keep room for a label; `partLabels` are
 * the texts of parts that say more than their name.
 */
export function placeTopology(
  topology: Topology,
  labelled: ReadonlySet<string>,
  partLabels: ReadonlyMap<string, string>,
): Layout {
  const graph = new graphlib.Graph({ directed: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 26, ranksep: 74, marginx: 12, marginy: 14, edgesep: 14 });
  graph.setDefaultEdgeLabel(() => ({}));
  const kinds = kindsOf(topology);
  // Numbers instead of names: dagre keeps all in plain objects, where a part called `__proto__` would do harm.
  const keys = new Map([...kinds.keys()].map((name, index) => [name, `n${index}`]));
  const keyOf = (name: string) => keys.get(name) ?? 'n0';
  for (const name of kinds.keys()) {
    const text = partLabels.get(name) ?? name;
    graph.setNode(keyOf(name), { width: Math.max(76, Math.min(220, text.length * LETTER + 34)), height: NODE_HEIGHT });
  }
  for (const edge of topology.edges) {
    const hasLabel = labelled.has(edgeId(edge));
    const room = { width: hasLabel ? 46 : 4, height: hasLabel ? 20 : 4, labelpos: 'c' } as const;
    graph.setEdge(keyOf(edge.caller), keyOf(edge.callee), room);
  }
  layout(graph);
  const nodes = [...kinds].map(([name, kind]) => ({ name, kind, ...boxOf(graph.node(keyOf(name))) }));
  const edges = topology.edges.map((edge) => {
    const placed = graph.edge(keyOf(edge.caller), keyOf(edge.callee));
    const points = placed.points ?? [];
    const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
    return { id: edgeId(edge), points, x: placed.x ?? middle.x, y: placed.y ?? middle.y };
  });
  const size = graph.graph();
  return { nodes, edges, width: Math.ceil(size.width ?? 0), height: Math.ceil(size.height ?? 0) };
}

/** Every part once: those declared, and whoever else stands at an end of an edge (the driver). */
function kindsOf(topology: Topology): Map<string, NodeKind> {
  const kinds = new Map<string, NodeKind>();
  for (const { caller } of topology.edges) if (caller === 'driver') kinds.set(caller, 'driver');
  for (const [name, service] of Object.entries(topology.services))
    kinds.set(name, service.outside ? 'outside' : 'service');
  for (const [name, store] of Object.entries(topology.stores)) kinds.set(name, store.kind);
  for (const [name, broker] of Object.entries(topology.brokers)) kinds.set(name, broker.kind);
  for (const { caller, callee } of topology.edges) {
    for (const name of [caller, callee]) if (!kinds.has(name)) kinds.set(name, 'service');
  }
  return kinds;
}

function boxOf(node: { x?: number; y?: number; width: number; height: number }): Omit<PlacedNode, 'name' | 'kind'> {
  return { x: node.x ?? 0, y: node.y ?? 0, width: node.width, height: node.height };
}
