/** Kill: SIGKILL to a part; the undo starts it again. */
import { z } from 'zod';
import { systemClock } from '../../core/index.ts';
import { defineFault } from '../fault.ts';

export default defineFault({
  name: 'kill',
  summary: 'kills a part; the heal starts it again',
  target: 'part',
  scopes: ['shared'],
  options: z.strictObject({}),
  example: 'kill payment',
  async inject({ lab, target }) {
    const status = await lab.parts.kill(target);
    const firstHitAt = systemClock.now();
    let back = false;
    return {
      evidence: async () => ({
        hits: status.state === 'killed' ? 1 : 0,
        countedBy: `process of ${target} gone from the process table`,
        firstHitAt,
      }),
      async undo() {
        if (back) return;
        await lab.parts.start(target);
        back = true;
      },
    };
  },
});
