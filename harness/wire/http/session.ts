/** The HTTP/1.1 session: a tap on both directions that steps in only where a rule wants to act. */
import { HarnessError, LIMITS } from '../../core/index.ts';
import type { SessionContext, SessionFactory } from '../session.ts';
import { createDialogue, type Gone, type HttpContext } from './dialogue.ts';
import { createReplies } from './replies.ts';
import { createRequests } from './requests.ts';

export const httpSession: SessionFactory = (given) => {
  const context = complete(given);
  const dialogue = createDialogue(context);
  /** Told once the first request is known, or soon. */
  let goneEarly: Gone | undefined;
  /** A request was seen, or the callee spoke: its end can be passed on at once. */
  let firstKnown = false;

  const becomeOpaque = () => {
    dialogue.makeOpaque();
    requests.makeOpaque();
    replies.makeOpaque();
  };
  const onFirst = () => {
    firstKnown = true;
    if (goneEarly !== undefined) tellGone(goneEarly);
  };
  const requests = createRequests(dialogue, becomeOpaque, onFirst);
  const replies = createReplies(dialogue, becomeOpaque);

  const tellGone = (how: Gone) => {
    goneEarly = undefined;
    dialogue.doomed = false;
    if (dialogue.over) return;
    if (how === 'refused') dialogue.calleeGone(how);
    else replies.ended(how);
  };
  /**
   * The callee went before it is known what was asked of it: the request is waited for a moment, so that it is
   * recorded.
   */
  const whenFirstKnown = (how: Gone) => {
    if (firstKnown) return tellGone(how);
    goneEarly = how;
    dialogue.doomed = true;
    context.wait(undefined, LIMITS.wireFirstRequestMs).then(() => {
      if (goneEarly !== undefined) tellGone(goneEarly);
    });
  };

  return {
    fromCaller: (bytes) => requests.feed(bytes),
    fromCallee(bytes) {
      firstKnown = true;
      replies.feed(bytes);
    },
    callerEnded(how) {
      dialogue.giveUp();
      requests.ended(how);
      if (dialogue.muted) context.endCaller();
    },
    calleeEnded: whenFirstKnown,
    calleeRefused: () => whenFirstKnown('refused'),
    cut: dialogue.cut,
  };
};

function complete(context: SessionContext): HttpContext {
  if (context.wait !== undefined && context.throttle !== undefined) return context as HttpContext;
  throw new HarnessError({ code: 'internal', message: 'an HTTP session needs a context with `wait` and `throttle`' });
}
