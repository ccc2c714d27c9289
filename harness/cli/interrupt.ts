/** Ctrl-C: the first ends the work in good order, the second ends it at once. */
import { HarnessError } from '../core/index.ts';
import { say } from './terminal.ts';

/** A signal that aborts on SIGINT or SIGTERM. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let asked = false;
  const onSignal = () => {
    if (asked) process.exit(130);
    asked = true;
    say('stopping: taking everything down (again to leave at once)');
    controller.abort(new HarnessError({ code: 'interrupted', message: 'ended by Ctrl-C' }));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}
