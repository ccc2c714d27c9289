/** Ctrl-C: the first ends the work in good order, the second ends it at once. */
import { HarnessError } from '../core/index.ts';
import { say } from './terminal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A signal that aborts on Ctrl-C, on being told to end, and when the terminal is closed; `doing` is said then. The second time
 * we leave at once: wardens see that we are gone and end their labs.
 */
export function interruptSignal(doing = 'stopping: taking everything down'): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    say(`${doing} (again to leave at once)`);
    controller.abort(interrupted());
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return controller.signal;
}

export function interrupted(cause?: unknown): HarnessError {
  return new HarnessError({ code: 'interrupted', message: 'ended by Ctrl-C', cause });
}
