/**
 * The Kafka session: a tap on one connection. Frames go on at once and are read afterwards; they are held only where they must be changed
 * (broker addresses, offered versions) or while a rule is armed on the edge. Replies keep the order of their requests, also the wire's own.
 */
import { messageOf } from '../../core/index.ts';
import { createLane, type Lane } from '../lane.ts';
import type { Session, SessionContext } from '../session.ts';
import { API } from './apis.ts';
import type { EdgeState } from './edge-state.ts';
import { openExchange } from './exchange.ts';
import { createFrameSplitter, type FrameSink, REPLY_HEAD_BYTES, REQUEST_HEAD_BYTES } from './frame-splitter.ts';
import { createLine, type Line } from './line.ts';
import { mendReply, mustMend } from './mend-reply.ts';
import { safeReply } from './replies.ts';
import { actOnReply } from './reply-actions.ts';
import { actOnRequest } from './request-actions.ts';
import { readRequestHead } from './requests.ts';

export function openKafkaSession(context: SessionContext, state: EdgeState): Session {
  const onFailure = (thrown: unknown) => {
    process.stderr.write(`wire: ${context.edge.id}: a Kafka connection is reset: ${messageOf(thrown)}\n`);
    finishNow('reset');
    context.resetCaller();
  };
  const requestLane = createLane(onFailure);
  const replyLane = createLane(onFailure);
  const line = createLine(context, state, replyLane);
  let drained = false;

  const finishNow = (outcome: 'reset' | 'refused', forwarded?: boolean) => {
    line.over = true;
    line.talk.endAll(outcome, forwarded);
    line.own.close();
  };
  /** The caller has gone: once nothing of it is on the way any more, the broker's side is ended too. */
  const endCalleeWhenQuiet = () =>
    replyLane.push(() => {
      if (!drained || line.over || !line.talk.isQuiet) return;
      line.over = true;
      line.own.close();
      context.endCallee();
    });
  const requests = createFrameSplitter(REQUEST_HEAD_BYTES, requestSink(line, requestLane));
  const replies = createFrameSplitter(
    REPLY_HEAD_BYTES,
    replySink(line, replyLane, () => {
      if (drained) endCalleeWhenQuiet();
    }),
  );

  return {
    fromCaller: requests,
    fromCallee: replies,
    callerEnded() {
      if (line.over) return context.endCallee();
      line.callerGone = true;
      line.talk.endAll('gave-up');
      requestLane.push(() => {
        drained = true;
        endCalleeWhenQuiet();
      });
    },
    calleeEnded(how) {
      finishNow('reset');
      replyLane.push(() => (how === 'reset' ? context.resetCaller() : context.endCaller()));
    },
    calleeRefused() {
      finishNow('refused', false);
      context.resetCaller();
    },
    cut: () => finishNow('reset'),
  };
}

function requestSink(line: Line, lane: Lane): FrameSink {
  const { context, state } = line;
  let at = 0;
  return {
    begin(head) {
      at = context.now();
      return lane.busy || context.rules.armed || head.readInt16BE(4) === API.heartbeat ? 'hold' : 'tap';
    },
    pass: (bytes) => inOrder(lane, () => context.toCallee(bytes)),
    frame(frame, mode) {
      const head = readRequestHead(frame);
      const requestBytes = frame.readInt32BE(0) + 4;
      const exchange = openExchange(context, state, {
        head,
        at,
        requestBytes,
        frame: mode === 'opaque' ? undefined : frame,
      });
      if (mode === 'hold') return lane.push(() => actOnRequest(line, exchange, frame));
      if (mode === 'opaque') state.unread('too-large');
      inOrder(lane, () => line.forwarded(exchange));
    },
  };
}

function replySink(line: Line, lane: Lane, afterEach: () => void): FrameSink {
  const { context, state, talk } = line;
  return {
    begin(head) {
      if (lane.busy || context.rules.armed) return 'hold';
      const exchange = talk.find(head.readInt32BE(4));
      return exchange !== undefined && mustMend(exchange.head.api) ? 'hold' : 'tap';
    },
    pass: (bytes) => inOrder(lane, () => context.toCaller(bytes)),
    frame(frame, mode) {
      const exchange = talk.find(frame.readInt32BE(4));
      if (exchange === undefined) {
        if (mode === 'hold') lane.push(() => context.toCaller(frame));
        return afterEach();
      }
      talk.answered(exchange);
      if (mode === 'hold') {
        const mended = mendReply(state, context.edge, exchange.head, frame);
        lane.push(() => actOnReply(line, exchange, mended, safeReply(state, mended, exchange.head)));
      } else {
        if (mode === 'opaque') state.unread('too-large');
        const reply = mode === 'opaque' ? undefined : safeReply(state, frame, exchange.head);
        const outcome = line.callerGone ? 'gave-up' : 'answered';
        talk.end(exchange, { outcome, reply, responseBytes: frame.readInt32BE(0) + 4 });
      }
      line.flushOwn();
      afterEach();
    },
  };
}

/** Runs at once when nothing waits in the lane, else after what does. */
function inOrder(lane: Lane, step: () => void): void {
  if (lane.busy) lane.push(step);
  else step();
}
