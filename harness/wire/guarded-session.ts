/** A session that throws (bytes it did not expect) costs its own connection, never the whole wire. */
import type { Session } from './session.ts';

/** The same session; after its first error it hears nothing more, and `failed` is called once. */
export function guardedSession(session: Session, failed: (thrown: unknown) => void): Required<Session> {
  let over = false;
  const attempt = (run: () => void) => {
    if (over) return;
    try {
      run();
    } catch (thrown) {
      over = true;
      failed(thrown);
    }
  };
  return {
    fromCaller: (bytes) => attempt(() => session.fromCaller(bytes)),
    fromCallee: (bytes) => attempt(() => session.fromCallee(bytes)),
    callerEnded: (how) => attempt(() => session.callerEnded(how)),
    calleeEnded: (how) => attempt(() => session.calleeEnded(how)),
    calleeRefused: () => attempt(() => session.calleeRefused()),
    cut() {
      try {
        if (session.cut !== undefined) session.cut();
        else session.calleeEnded('reset');
      } catch (thrown) {
        if (!over) failed(thrown);
      }
      over = true;
    },
  };
}
