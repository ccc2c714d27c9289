/** Down: the edge is cut. Its connections are reset; new callers are refused as by a dead host, or reset as by one that just died. */
import { z } from 'zod';
import { CUT_COUNTED_BY, cutEdge, cutLanded, restoreEdge } from '../edge-cut.ts';
import { defineFault, evidenceOf } from '../fault.ts';

const options = z.strictObject({
  /** `refused`: the kernel refuses new callers, and nobody can count those. `reset`: each is accepted, reset and counted. */
  how: z.enum(['refused', 'reset']).default('refused'),
});

export default defineFault<z.output<typeof options>>({
  name: 'down',
  summary: 'cuts an edge: connections are reset, new ones are refused (or reset)',
  target: 'edge',
  scopes: ['shared'],
  options: options as z.ZodType<z.output<typeof options>>,
  example: "down 'payment->kafka'",
  async inject({ lab, target, options: { how }, seen }) {
    await cutEdge(lab, target, how === 'reset' ? 'resetting' : 'down');
    let up = false;
    return {
      evidence: async () => evidenceOf(await seen(), CUT_COUNTED_BY, (record) => cutLanded(record, [target])),
      async undo() {
        if (up) return;
        await restoreEdge(lab, target);
        up = true;
      },
    };
  },
});
