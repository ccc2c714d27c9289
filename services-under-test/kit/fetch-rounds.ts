/**
 * Batches that came with one fetch are a round: the next fetch is made when all of them are done. A moment's pause
 * lets more records come together, where that delays nobody who waits alone: a fetch of ten costs little more than
 * a fetch of one.
 */
import { pause } from './time.ts';

/** Short beside what the handling of two orders takes. */
const GATHER_MS = 8;

export interface FetchRounds {
  /** Runs the handling of one batch; resolves when it is done and, for the last of its round, the pause after it is over. */
  run(batch: { readonly messages: number; readonly forUs: boolean }, work: () => Promise<void>): Promise<void>;
  /** Resolves when nothing is being handled. */
  idle(): Promise<void>;
}

/**
 * `gatherMs`: for work that nobody waits for, a pause before every round, so that it also leaves the machine to those who are
 * waited for. Default: a short one after a round that held more than one message or none for us.
 */
export function createFetchRounds(stopping: AbortSignal, gatherMs?: number): FetchRounds {
  const running = new Set<Promise<void>>();
  let messages = 0;
  let forUs = false;
  let begun = Promise.resolve();
  const endMs = () => (gatherMs === undefined && (messages > 1 || !forUs) ? GATHER_MS : 0);
  return {
    async run(batch, work) {
      if (running.size === 0) {
        messages = 0;
        forUs = false;
        begun = gatherMs === undefined ? Promise.resolve() : pause(gatherMs, stopping);
      }
      messages += batch.messages;
      forUs ||= batch.forUs;
      const one = begun.then(work);
      running.add(one);
      await one.finally(() => running.delete(one));
      if (running.size === 0) await pause(endMs(), stopping);
    },
    idle: async () => void (await Promise.allSettled(running)),
  };
}
