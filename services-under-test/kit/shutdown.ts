/** Graceful shutdown: on SIGTERM stop taking work, finish what is in flight, close, and leave with exit code 0. */
import { type Logger, reasonOf } from './log.ts';
import { stopTracing } from './tracing.ts';

/** A drain that takes longer than this is given up; what was not finished is done after the next start. */
export const DRAIN_MS = 4_000;

/** Runs `steps` in order when the process is asked to end: first what takes work in, last what the work needs. */
export function shutDownWith(log: Logger, steps: readonly (() => Promise<unknown>)[]): void {
  let ending = false;
  const end = async (signal: string) => {
    if (ending) return;
    ending = true;
    log.info({ event: 'draining', signal }, 'draining');
    setTimeout(() => leave('drain cut short'), DRAIN_MS).unref();
    for (const step of steps) {
      await step().catch((error: unknown) => log.warn({ reason: reasonOf(error) }, 'a part did not close cleanly'));
    }
    await stopTracing();
    leave('drained');
  };
  const leave = (how: string) => {
    log.info(how);
    process.exit(0);
  };
  process.on('SIGTERM', () => void end('SIGTERM'));
  process.on('SIGINT', () => void end('SIGINT'));
}
