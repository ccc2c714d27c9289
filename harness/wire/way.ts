/** One direction of a connection as a session writes to it: in order although some steps wait, and not without bound. */
import { LIMITS } from '../core/index.ts';
import { createLane } from './lane.ts';
import type { SessionContext } from './session.ts';

/** What is sent one way, in order, although some steps wait. */
export interface Way {
  readonly busy: boolean;
  /** Runs now, or after what waits. */
  push(step: () => void | Promise<void>): void;
  /** Sends now, or after what waits; when much waits, no more is read from that side. */
  send(bytes: Buffer): void;
}

export function createWay(
  from: 'caller' | 'callee',
  context: SessionContext,
  onFailure: (thrown: unknown) => void,
  write: (bytes: Buffer) => void,
): Way {
  const lane = createLane(onFailure);
  let queued = 0;
  let throttled = false;
  const throttle = () => {
    const full = queued > LIMITS.wireStashBytes;
    if (full === throttled) return;
    throttled = full;
    context.throttle?.(from, full);
  };
  return {
    get busy() {
      return lane.busy;
    },
    push: lane.push,
    send(bytes) {
      if (!lane.busy) return write(bytes);
      queued += bytes.length;
      throttle();
      lane.push(() => {
        queued -= bytes.length;
        throttle();
        write(bytes);
      });
    },
  };
}
