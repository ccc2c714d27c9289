/** What a process keeps: the memory that is still in use when everything that can be collected has been. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * In bytes, after a full collection (tens of ms). How much a process holds from the system says less: the engine takes room for what it has not
 * collected yet and gives it back late or never.
 */
export function keptBytes(): number {
  collect ??= collector();
  // The first one lets go of buffers beside the heap, which are given back after it.
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The engine's own, whatever the process was started with. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
