/** Split: a partition between two sets of parts. Every edge that leads from one to the other is cut, both ways or one way; within each set all goes on. */
import { z } from 'zod';
import { edgeId, HarnessError, type Topology } from '../../core/index.ts';
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
  async inject({ lab, target, options: chosen, seen }) {
    const edges = edgesBetween(lab.topology, target, chosen);
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
        await cutEdge(lab, edge);
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

function edgesBetween(topology: Topology, target: string, { with: beside, from, direction }: Options): string[] {
  const parts = [topology.services, topology.stores, topology.brokers].flatMap((kind) => Object.keys(kind));
  const side = new Set([target, ...beside]);
  const other = new Set(from ?? [...parts, 'driver'].filter((name) => !side.has(name)));
  const known = new Set([...parts, 'driver']);
  const wrong = [...side, ...other].find((name) => !known.has(name) || (side.has(name) && other.has(name)));
  if (wrong !== undefined)
    throw refused(known.has(wrong) ? `${wrong} stands on both sides` : `there is no part ${wrong}`);
  const edges = topology.edges.filter(
    ({ caller, callee }) =>
      (direction !== 'in' && side.has(caller) && other.has(callee)) ||
      (direction !== 'out' && other.has(caller) && side.has(callee)),
  );
  if (edges.length === 0) throw refused(`no edge leads between ${[...side].join(', ')} and ${[...other].join(', ')}`);
  return edges.map(edgeId);
}

function refused(why: string): HarnessError {
  return new HarnessError({
    code: 'fault-refused',
    message: `fault split: ${why}`,
    hint: 'name parts of the topology',
  });
}
