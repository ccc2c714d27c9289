/** Edge flapping: the edge is cut and restored by the clock, again and again, until the heal. */
import { z } from 'zod';
import { flap } from '../by-the-clock.ts';
import { CUT_COUNTED_BY, cutEdge, cutLanded, restoreEdge } from '../edge-cut.ts';
import { defineFault, evidenceOf, milliseconds } from '../fault.ts';

const options = z.strictObject({ downMs: milliseconds.min(10).default(300), upMs: milliseconds.min(10).default(300) });

export default defineFault<z.output<typeof options>>({
  name: 'edge-flapping',
  summary: 'cuts and restores an edge again and again',
  target: 'edge',
  scopes: ['shared'],
  options: options as z.ZodType<z.output<typeof options>>,
  example: "edge-flapping 'payment->psp' --option downMs=500 --option upMs=1000",
  async inject({ lab, target, options: { downMs, upMs }, seen }) {
    const flapping = await flap(
      { onMs: downMs, offMs: upMs },
      () => cutEdge(lab, target, 'resetting'),
      () => restoreEdge(lab, target),
    );
    return {
      evidence: async () => evidenceOf(await seen(), CUT_COUNTED_BY, (record) => cutLanded(record, [target])),
      undo: () => flapping.stop(),
    };
  },
});
