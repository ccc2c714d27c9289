/** What becomes of the parts of a lab that is kept up, said as it happens. */
import { HarnessError, type Lab, systemClock } from '../core/index.ts';
import { say } from './terminal.ts';

const LOOK_EVERY_MS = 1_000;

/** Ends when the signal aborts (`asked`), or when the lab is not there any more (`gone`). */
export async function watchParts(lab: Lab, signal: AbortSignal): Promise<'asked' | 'gone'> {
  try {
    for (let next = (await lab.parts.events(0)).next; ; ) {
      await systemClock.delay(LOOK_EVERY_MS, signal);
      const seen = await lab.parts.events(next);
      next = seen.next;
      for (const record of seen.records) if (record.type === 'process') say(`${record.part}: ${record.event}`);
    }
  } catch (thrown) {
    if (signal.aborted) return 'asked';
    if (thrown instanceof HarnessError && thrown.code === 'lab-lost') return 'gone';
    throw thrown;
  }
}
