/** Pause: SIGSTOP to a part, its connections stay open; the undo lets it go on. */
import { z } from 'zod';
import { systemClock } from '../../core/index.ts';
import { defineFault } from '../fault.ts';

export default defineFault({
  name: 'pause',
  summary: 'freezes a part; the heal lets it go on',
  target: 'part',
  scopes: ['shared'],
  options: z.strictObject({}),
  example: 'pause inventory',
  async inject({ lab, target }) {
    const status = await lab.parts.pause(target);
    const firstHitAt = systemClock.now();
    let back = false;
    return {
      evidence: async () => ({
        hits: status.state === 'paused' ? 1 : 0,
        countedBy: `process of ${target} stopped, by the process table`,
        firstHitAt,
      }),
      async undo() {
        if (back) return;
        await lab.parts.resume(target);
        back = true;
      },
    };
  },
});
