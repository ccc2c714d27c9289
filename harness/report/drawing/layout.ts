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
  /** Stores and brokers that it uses and to which no line is drawn. */
  readonly marks: readonly { readonly name: string; readonly kind: NodeKind }[];
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

export interface LayoutOptions {
  /** Edges that keep room for a label. */
  readonly labelled: ReadonlySet<string>;
  /** Edges that are marks at their callers and no lines. */
  readonly marked: ReadonlySet<string>;
  /** Texts of parts that say more than their name. */
  readonly partLabels: ReadonlyMap<string, string>;
}

/** Left to right: who calls stands left of who is called. */
export function placeTopology(topology: Topology, { labelled, marked, partLabels }: LayoutOptions): Layout {
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
  // Edges that are no lines hold their parts in place all the same: who is used by many stands at the right.
  for (const edge of topology.edges) {
    const hasLabel = labelled.has(edgeId(edge));
    const room = { width: hasLabel ? 46 : 4, height: hasLabel ? 20 : 4, labelpos: 'c' } as const;
    graph.setEdge(keyOf(edge.caller), keyOf(edge.callee), room);
  }
  layout(graph);
  const marksOf = (caller: string) =>
    topology.edges
      .filter((edge) => edge.caller === caller && marked.has(edgeId(edge)))
      .map(({ callee: name }) => ({ name, kind: kinds.get(name) ?? 'service' }));
  const nodes = [...kinds].map(([name, kind]) => ({
    ...{ name, kind, marks: marksOf(name) },
    ...boxOf(graph.node(keyOf(name))),
  }));
  const lines = topology.edges.filter((edge) => !marked.has(edgeId(edge)));
  const edges = lines.map((edge) => {
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

type Box = Pick<PlacedNode, 'x' | 'y' | 'width' | 'height'>;

function boxOf(node: { x?: number; y?: number; width: number; height: number }): Box {
  return { x: node.x ?? 0, y: node.y ?? 0, width: node.width, height: node.height };
}
