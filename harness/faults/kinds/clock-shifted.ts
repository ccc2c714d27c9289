/** Clock shifted: a service is started anew with its wall clock ahead or behind, or running fast or slow; the undo starts it with the right one. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { defineFault } from '../fault.ts';

const PRELOAD = fileURLToPath(new URL('../preload/clock.ts', import.meta.url));

const options = z.strictObject({
  /** Ahead when above 0, behind when below. */
  offsetMs: z.number().min(-31_536_000_000).max(31_536_000_000).default(0),
  /** How much it gains each second. */
  driftMsPerS: z.number().min(-900).max(10_000).default(0),
});

export default defineFault<z.output<typeof options>>({
  name: 'clock-shifted',
  summary: 'lets the clock of a Node service be wrong, or run wrong',
  target: 'part',
  scopes: ['shared'],
  options: options as z.ZodType<z.output<typeof options>>,
  example: 'clock-shifted payment --option offsetMs=-60000',
  refuses({ services }, target, { offsetMs, driftMsPerS }) {
    if (!/^\$\{node\}$/.test(services[target]?.command[0] ?? ''))
      return `${target} is no Node service: only their clock can be changed`;
    return offsetMs === 0 && driftMsPerS === 0 ? 'neither offsetMs nor driftMsPerS is given' : undefined;
  },
  async inject({ lab, target, options: shift }) {
    const { next } = await lab.parts.events(Number.MAX_SAFE_INTEGER);
    await lab.parts.restart(target, {
      NODE_OPTIONS: `--import=${PRELOAD}`,
      FAULTLINE_CLOCK: JSON.stringify(shift),
    });
    let back = false;
    return {
      async evidence() {
        const { records } = await lab.parts.events(next);
        const [read] = records.filter(
          (record) => record.type === 'service-event' && record.service === target && record.event === 'clock-shifted',
        );
        const countedBy = `lives of ${target} that read the wrong clock, by their own word`;
        return { hits: read === undefined ? 0 : 1, countedBy, ...(read !== undefined && { firstHitAt: read.at }) };
      },
      async undo() {
        if (back) return;
        await lab.parts.restart(target, {});
        back = true;
      },
    };
  },
});
