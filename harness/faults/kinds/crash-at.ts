/** Crash at an exchange: the frame is held, the process killed and seen gone, then the frame is dropped and the process started again. */
import { z } from 'zod';
import { HarnessError, systemClock, type Trigger } from '../../core/index.ts';
import { defineFault, edgeOf } from '../fault.ts';

const options = z.strictObject({
  /** The part to kill; default: the caller of the edge. */
  part: z.string().optional(),
  /** `before`: the callee never sees the request. `after`: it did the work, the reply is dropped. */
  at: z.enum(['before', 'after']).default('before'),
});

const HOLD_WAIT_MS = 120_000;

export default defineFault<z.output<typeof options>>({
  name: 'crash-at',
  summary: 'kills a process at an exact exchange of an edge, and starts it again',
  target: 'edge',
  triggered: true,
  scopes: ['shared'],
  protocols: ['http', 'grpc', 'kafka', 'postgres', 'redis', 'smtp'],
  options: options as z.ZodType<z.output<typeof options>>,
  example: "crash-at 'payment->kafka' --operation OffsetCommit",
  async inject({ lab, id, target, options: { part, at }, trigger }) {
    const victim = part ?? edgeOf(lab, target).caller;
    const once: Trigger = { ...trigger, times: trigger.times ?? 1 };
    await lab.wire.arm({ id, edge: target, trigger: once, action: { do: 'hold', at } });
    const stop = new AbortController();
    let kills = 0;
    let firstHitAt: number | undefined;
    let failure: unknown;
    const crash = async () => {
      const held = await lab.wire.nextHeld(id, HOLD_WAIT_MS, stop.signal);
      const status = await lab.parts.kill(victim);
      if (status.state === 'killed') kills++;
      firstHitAt ??= systemClock.now();
      await lab.wire.release(held.token, 'drop', { leaveGroup: held.operation === 'OffsetCommit' });
      await lab.parts.start(victim);
    };
    const crashing = crash().catch((cause) => {
      if (!stop.signal.aborted) failure = cause;
    });
    return {
      async evidence() {
        if (failure)
          throw new HarnessError({
            code: 'fault-failed',
            message: `crash of ${victim} at ${target} failed`,
            cause: failure,
          });
        return {
          hits: kills,
          firstHitAt,
          countedBy: `kills of ${victim} while the wire held its exchange, by the process table`,
        };
      },
      async undo() {
        if (kills === 0) stop.abort();
        await crashing;
        await lab.wire.disarm(id);
      },
    };
  },
});
