/** Work that runs side by side and is closed together: the last one to end does the closing for all. */

export interface Together {
  /** Runs `work`; resolves when all that runs now has ended and `close` (of the last one) is done, rejects when that fails. */
  run(work: () => Promise<void>, close: () => Promise<void>): Promise<void>;
}

export function createTogether(): Together {
  let running = 0;
  let round = Promise.withResolvers<void>();
  return {
    async run(work, close) {
      running++;
      let failed: { readonly error: unknown } | undefined;
      await work().catch((error: unknown) => {
        failed = { error };
      });
      running--;
      const { promise, resolve, reject } = round;
      if (running === 0) {
        round = Promise.withResolvers<void>();
        close().then(resolve, reject);
      }
      await promise;
      if (failed !== undefined) throw (failed as { readonly error: unknown }).error;
    },
  };
}
