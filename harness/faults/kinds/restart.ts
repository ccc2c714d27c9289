/** Restart: a part is killed and at once started again; nothing is left to heal. */
import { z } from 'zod';
import { systemClock } from '../../core/index.ts';
import { defineFault } from '../fault.ts';

const options = z.strictObject({
  /** Asked to end first (SIGTERM), instead of killed. */
  graceful: z.boolean().default(false),
});

export default defineFault<z.output<typeof options>>({
  name: 'restart',
  summary: 'kills (or stops) a part and starts it again at once',
  target: 'part',
  scopes: ['shared'],
  options: options as z.ZodType<z.output<typeof options>>,
  example: 'restart payment --option graceful=true',
  async inject({ lab, target, options: { graceful } }) {
    const firstHitAt = systemClock.now();
    const before = (await lab.parts.list()).find(({ name }) => name === target)?.pid;
    if (graceful) await lab.parts.stop(target);
    else await lab.parts.kill(target);
    const { pid } = await lab.parts.start(target);
    return {
      evidence: async () => ({
        hits: pid !== undefined && pid !== before ? 1 : 0,
        countedBy: `process ${before} of ${target} became process ${pid}, by the process table`,
        firstHitAt,
      }),
      undo: async () => undefined,
    };
  },
});
