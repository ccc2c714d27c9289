/** How the connection of a table ends, whoever ends it. */
import type { Session } from '../session.ts';
import type { Table } from './table.ts';

export function endsOf(table: Table): Omit<Session, 'fromCaller' | 'fromCallee'> {
  const { context } = table;
  const finish = (outcome: 'reset' | 'refused') => {
    table.over = true;
    table.endAll(outcome);
  };
  return {
    callerEnded() {
      table.callerGone = true;
      table.endAll('gave-up');
      // What the caller sent before it left still goes on, as on a slow network.
      table.requests.push(() => context.endCallee());
      if (table.muted) context.endCaller();
    },
    calleeEnded(how) {
      // A silent lost reply stays silent whatever the callee does.
      if (table.over || table.muted) return;
      table.endAll('reset');
      table.replies.push(() => {
        finish('reset');
        if (how === 'reset') context.resetCaller();
        else context.endCaller();
      });
    },
    calleeRefused() {
      finish('refused');
      context.resetCaller();
    },
    cut: () => finish('reset'),
  };
}
