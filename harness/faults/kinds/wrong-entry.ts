/** Wrong entry: a registry tells a caller another address for an instance, or keeps naming one at which nobody is. */
import { z } from 'zod';
import { edgeId } from '../../core/index.ts';
import { wireFault } from '../wire-fault.ts';

const options = z.strictObject({
  instance: z.string().min(1),
  /** Whose address is told instead; absent: one at which nobody listens. */
  instead: z.string().min(1).optional(),
});

export default wireFault({
  name: 'wrong-entry',
  summary: 'lets a registry tell the wrong address of an instance',
  scopes: ['shared'],
  protocols: ['http'],
  options,
  example: "wrong-entry 'gateway->registry' --option instance=bff-web-2",
  action: ({ instance, instead }) => ({ do: 'misdirect', instance, ...(instead !== undefined && { instead }) }),
  refuses(topology, target, { instance, instead }) {
    const edge = topology.edges.find((candidate) => edgeId(candidate) === target);
    if (!edge?.registry) return 'its callee is no registry';
    const known = topology.edges.filter(({ caller }) => caller === edge.caller).map(({ callee }) => callee);
    const unknown = [instance, instead].find((name) => name !== undefined && !known.includes(name));
    return unknown === undefined ? undefined : `${edge.caller} has no edge to ${unknown}`;
  },
});
