/** Slow start: a part is killed and takes a while to be there again, as after a slow boot; the heal starts it at once. */
import { z } from 'zod';
import { systemClock } from '../../core/index.ts';
import { defineFault, milliseconds } from '../fault.ts';

const options = z.strictObject({ delayMs: milliseconds.min(1).default(3_000) });

export default defineFault<z.output<typeof options>>({
  name: 'slow-start',
  summary: 'kills a part and lets it take a while to start again',
  target: 'part',
  scopes: ['shared'],
  options: options as z.ZodType<z.output<typeof options>>,
  example: 'slow-start payment --option delayMs=5000',
  async inject({ lab, target, options: { delayMs } }) {
    const status = await lab.parts.kill(target);
    const firstHitAt = systemClock.now();
    const healing = new AbortController();
    let failure: unknown;
    const starting = systemClock
      .delay(delayMs, healing.signal)
      .catch(() => undefined)
      .then(() => lab.parts.start(target))
      .catch((thrown) => {
        failure = thrown;
      });
    return {
      evidence: async () => ({
        hits: status.state === 'killed' ? 1 : 0,
        countedBy: `process of ${target} gone from the process table, and started ${delayMs} ms later`,
        firstHitAt,
      }),
      async undo() {
        healing.abort();
        await starting;
        if (failure !== undefined) throw failure;
      },
    };
  },
});
