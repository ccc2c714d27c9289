/** One reading serves everybody who asked before it began: many cases may look at the same time. */
import { type Clock, systemClock } from '../core/index.ts';

export interface SharedReadingOptions {
  /** A reading that several wait for begins no sooner after the last one than so many times what that took: looking must not slow down what is looked at. */
  readonly rest?: number;
  readonly clock?: Clock;
}

/** `read`, but calls made before the next one begins share it. Each answer was read after its call. */
export function sharedReading<T>(read: () => Promise<T>, options: SharedReadingOptions = {}): () => Promise<T> {
  const { rest = 0, clock = systemClock } = options;
  let running: Promise<unknown> | undefined;
  let next: Promise<T> | undefined;
  let nextFromMs = 0;
  let waiting = 0;
  const begin = async (): Promise<T> => {
    await running;
    const restMs = waiting > 1 ? nextFromMs - clock.now() : 0;
    if (restMs > 0) await clock.delay(restMs);
    next = undefined;
    waiting = 0;
    const fromMs = clock.now();
    const reading = read();
    running = reading.then(ended, ended);
    return reading;

    function ended() {
      running = undefined;
      nextFromMs = clock.now() + rest * (clock.now() - fromMs);
    }
  };
  return () => {
    waiting++;
    next ??= begin();
    return next;
  };
}
