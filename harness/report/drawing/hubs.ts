/** In a large system everybody uses the same broker and database: such edges are marks at their callers instead of a tangle of lines. */
import { edgeId, type Topology } from '../../core/index.ts';

/** A drawing with fewer edges than this has room for every line. */
const LARGE = 24;
/** A store or broker that so many parts use. */
const HUB_CALLERS = 6;

/** Edges that are told by a mark: those to stores and brokers that many use. One that a fault hit is always a line. */
export function markedEdges({ edges, stores, brokers }: Topology, struck: ReadonlySet<string>): ReadonlySet<string> {
  if (edges.length < LARGE) return new Set();
  const callers = new Map<string, number>();
  for (const { callee } of edges) callers.set(callee, (callers.get(callee) ?? 0) + 1);
  const isHub = (name: string) =>
    (Object.hasOwn(stores, name) || Object.hasOwn(brokers, name)) && (callers.get(name) ?? 0) >= HUB_CALLERS;
  return new Set(edges.filter((edge) => isHub(edge.callee) && !struck.has(edgeId(edge))).map(edgeId));
}
