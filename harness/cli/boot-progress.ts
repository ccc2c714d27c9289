/** Says what a boot is waiting for, when it takes longer than one waits without wondering. */
import { systemClock } from '../core/index.ts';
import { dim, duration, say } from './terminal.ts';

export interface BootEvent {
  readonly what: string;
  readonly state: 'start' | 'done' | 'failed';
}

export interface BootProgress {
  onProgress(event: BootEvent): void;
  /** The boot is over, well or not. */
  end(): void;
}

const FIRST_AFTER_MS = 3_000;
const THEN_EVERY_MS = 3_000;

export function bootProgress(what: string): BootProgress {
  const open = new Set<string>();
  const over = new AbortController();
  const startMs = systemClock.now();
  const tell = async () => {
    await systemClock.delay(FIRST_AFTER_MS, over.signal);
    for (;;) {
      const waitedMs = systemClock.now() - startMs;
      if (open.size > 0) say(dim(`${what}: ${duration(waitedMs)}, waiting for ${[...open].join(', ')}`));
      await systemClock.delay(THEN_EVERY_MS, over.signal);
    }
  };
  // Ends by `over` alone.
  tell().catch(() => {});
  return {
    onProgress({ what: step, state }) {
      if (state === 'start') open.add(step);
      else open.delete(step);
    },
    end: () => over.abort(),
  };
}
