/** Split: a partition between two sets of parts. Every edge that leads from one to the other is cut, both ways or one way; within each set all goes on. */
import { z } from 'zod';
import { edgeId, type Topology } from '../../core/index.ts';
import { CUT_COUNTED_BY, cutEdge, cutLanded, restoreEdge } from '../edge-cut.ts';
import { defineFault, evidenceOf } from '../fault.ts';

/** `payment,shipping`, or an array of names. */
const names = z.union([
  z.array(z.string()),
  z.string().transform((text) => text.split(',').map((name) => name.trim())),
]);

const options = z.strictObject({
  /** Parts on the target's side of the split. */
  with: names.default([]),
  /** Parts on the other side; default: all others. */
  from: names.optional(),
  /** `both`, or only calls that go `out` from the target's side, or `in` to it. */
  direction: z.enum(['both', 'out', 'in']).default('both'),
});

type Options = z.output<typeof options>;

export default defineFault<Options>({
  name: 'split',
  summary: 'cuts every edge between two sets of parts, both ways or one way',
  target: 'part',
  scopes: ['shared'],
  options: options as unknown as z.ZodType<Options>,
  example: 'split payment --option with=shipping --option from=kafka,order',
  refuses(topology, target, chosen) {
    const found = edgesBetween(topology, target, chosen);
    return typeof found === 'string' ? found : undefined;
  },
  async inject({ lab, target, options: chosen, seen }) {
    const found = edgesBetween(lab.topology, target, chosen);
    const edges = typeof found === 'string' ? [] : found;
    const cut = new Set<string>();
    const undo = async () => {
      for (const edge of [...cut]) {
        await restoreEdge(lab, edge);
        cut.delete(edge);
      }
    };
    try {
      for (const edge of edges) {
        cut.add(edge);
        await cutEdge(lab, edge, 'resetting');
      }
    } catch (thrown) {
      await undo().catch(() => undefined);
      throw thrown;
    }
    return {
      evidence: async () =>
        evidenceOf(await seen(), `${CUT_COUNTED_BY}, on ${edges.join(', ')}`, (record) => cutLanded(record, edges)),
      undo,
    };
  },
});

/** The edges, or why there are none. */
function edgesBetween(
  topology: Topology,
  target: string,
  { with: beside, from, direction }: Options,
): string[] | string {
  const parts = [topology.services, topology.stores, topology.brokers].flatMap((kind) => Object.keys(kind));
  const known = new Set([...parts, 'driver']);
  const side = new Set([target, ...beside]);
  const other = new Set(from ?? [...known].filter((name) => !side.has(name)));
  for (const name of [...side, ...other]) if (!known.has(name)) return `there is no part ${name}`;
  for (const name of side) if (other.has(name)) return `${name} stands on both sides`;
  const edges = topology.edges.filter(
    ({ caller, callee }) =>
      (direction !== 'in' && side.has(caller) && other.has(callee)) ||
      (direction !== 'out' && other.has(caller) && side.has(callee)),
  );
  if (edges.length === 0) return `no edge leads between ${[...side].join(', ')} and ${[...other].join(', ')}`;
  return edges.map(edgeId);
}
