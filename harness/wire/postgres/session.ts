/** The Postgres session: a tap on both directions that keeps an exchange back only while a rule is armed on the edge. */
import type { Session, SessionContext } from '../session.ts';
import { createBackend } from './backend.ts';
import type { EdgeState } from './edge-state.ts';
import { createFrontend } from './frontend.ts';
import { createLine } from './line.ts';

export function openPostgresSession(context: SessionContext, state: EdgeState): Session {
  const line = createLine(context, state);
  const frontend = createFrontend(line);
  const backend = createBackend(line);

  const finishNow = (outcome: 'reset' | 'refused') => {
    line.over = true;
    line.endAll(outcome);
  };
  return {
    fromCaller: frontend,
    fromCallee: backend,
    callerEnded() {
      line.callerGone = true;
      line.endAll('gave-up');
      // What the caller sent before it left still goes on, as on a slow network.
      line.requests.push(() => context.endCallee());
      if (line.muted) context.endCaller();
    },
    calleeEnded(how) {
      if (line.over) return;
      // A silent lost reply stays silent whatever the server does.
      if (line.muted) return;
      // The server said why before it left.
      const [first] = line.waiting;
      if (first?.error !== undefined) line.end(first, 'answered');
      line.endAll('reset');
      line.replies.push(() => {
        finishNow('reset');
        if (how === 'reset') context.resetCaller();
        else context.endCaller();
      });
    },
    calleeRefused() {
      finishNow('refused');
      context.resetCaller();
    },
    cut: () => finishNow('reset'),
  };
}
