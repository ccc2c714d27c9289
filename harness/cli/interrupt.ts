/** Ctrl-C: the first ends the work in good order, the second ends it at once. */
import { HarnessError } from '../core/index.ts';
import { say } from './terminal.ts';

/** As a shell gives it for a command that Ctrl-C ended. */
export const INTERRUPTED = 130;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A signal that aborts on Ctrl-C, on being told to end, and when the terminal is closed; `doing` is said then. When the same comes
 * a second time (a terminal that closes sends two different ones) we leave at once: wardens see that we are gone and end their labs.
 */
export function interruptSignal(doing = 'stopping: taking everything down'): AbortSignal {
  const controller = new AbortController();
  const seen = new Set<string>();
  const onSignal = (name: string) => {
    if (seen.has(name)) process.exit(INTERRUPTED);
    seen.add(name);
    if (controller.signal.aborted) return;
    say(`${doing} (again to leave at once)`);
    controller.abort(interrupted());
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return controller.signal;
}

export function interrupted(cause?: unknown): HarnessError {
  return new HarnessError({ code: 'interrupted', message: 'ended by Ctrl-C', cause });
}
