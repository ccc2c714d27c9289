/** One reading serves everybody who asked before it began: many cases may look at the same time. */

/** `read`, but calls made while one is under way wait for the next and share it. Each answer was read after its call. */
export function sharedReading<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let queued: Promise<T> | undefined;
  const start = (): Promise<T> => {
    const reading = read().finally(() => {
      if (running === reading) running = undefined;
    });
    running = reading;
    return reading;
  };
  const next = () => {
    queued = undefined;
    return running ?? start();
  };
  return () => {
    if (!running) return start();
    queued ??= running.then(next, next);
    return queued;
  };
}
