/** Time for the services: what time it is, and a pause that can be cut short. */

/** Epoch time in whole milliseconds. */
export function nowMs(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

/** Resolves after `delayMs`, or as soon as the signal aborts: a pause never throws, the caller looks at what it waits for. */
export function pause(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal?.addEventListener('abort', done, { once: true });
  });
}

export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** Waiting time before try number `tries` + 1: doubles from `firstMs` up to `mostMs`, half of it by chance (jitter). */
export function backoffMs(tries: number, { firstMs, mostMs }: Backoff): number {
  const fullMs = Math.min(mostMs, firstMs * 2 ** Math.min(tries, 16));
  return fullMs / 2 + (fullMs / 2) * chance();
}

/** Uniform in [0, 1). */
function chance(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 4_294_967_296;
}
