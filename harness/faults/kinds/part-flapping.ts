/** Part flapping: a process is killed and started again by the clock, again and again, until the heal. */
import { z } from 'zod';
import { flap } from '../by-the-clock.ts';
import { defineFault, milliseconds } from '../fault.ts';

const options = z.strictObject({
  downMs: milliseconds.min(10).default(300),
  upMs: milliseconds.min(10).default(1_000),
});

export default defineFault<z.output<typeof options>>({
  name: 'part-flapping',
  summary: 'kills a part and starts it again, over and over',
  target: 'part',
  scopes: ['shared'],
  options: options as z.ZodType<z.output<typeof options>>,
  example: 'part-flapping payment --option downMs=200 --option upMs=2000',
  async inject({ lab, target, options: { downMs, upMs } }) {
    const flapping = await flap(
      { onMs: downMs, offMs: upMs },
      async () => void (await lab.parts.kill(target)),
      async () => void (await lab.parts.start(target)),
    );
    return {
      async evidence() {
        const countedBy = `kills of ${target}, by the process table`;
        return { hits: flapping.times(), countedBy, firstHitAt: flapping.firstAt() };
      },
      undo: () => flapping.stop(),
    };
  },
});
