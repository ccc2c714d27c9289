/** Graceful stop: SIGTERM to a part, which may end what it has begun; the undo starts it again. */
import { z } from 'zod';
import { systemClock } from '../../core/index.ts';
import { defineFault } from '../fault.ts';

export default defineFault({
  name: 'graceful-stop',
  summary: 'asks a part to end, waits until it has; the heal starts it again',
  target: 'part',
  scopes: ['shared'],
  options: z.strictObject({}),
  example: 'graceful-stop payment',
  async inject({ lab, target }) {
    const askedAt = systemClock.now();
    const status = await lab.parts.stop(target);
    const tookMs = Math.round(systemClock.now() - askedAt);
    let back = false;
    return {
      evidence: async () => ({
        hits: status.state === 'stopped' ? 1 : 0,
        countedBy: `process of ${target} ended ${tookMs} ms after it was asked to, by the process table`,
        firstHitAt: askedAt,
      }),
      async undo() {
        if (back) return;
        await lab.parts.start(target);
        back = true;
      },
    };
  },
});
