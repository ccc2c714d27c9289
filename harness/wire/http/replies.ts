/**
 * The callee's direction: replies find their request, are passed, delayed, held, replaced or lost, and end the
 * exchange.
 */
import type { WireAction, WireRule } from '../../core/index.ts';
import { actsAfter } from '../rule-check.ts';
import { gatherBody } from '../shape-of.ts';
import type { Dialogue } from './dialogue.ts';
import { type Edit, editOf } from './edits.ts';
import type { Exchange } from './exchange.ts';
import { createFlow, type Flow } from './flow.ts';
import { type ReplyHead, readReply } from './head.ts';
import { learnFrom, type ReplyLearner } from './learn-reply.ts';
import { ownReply } from './own-reply.ts';
import { CHUNKED, OPAQUE, UNTIL_END } from './parser.ts';
import { keptBack } from './requests.ts';

export function createReplies(dialogue: Dialogue, onOpaque: () => void): Flow {
  const { context } = dialogue;
  /** The exchange whose reply is under way; a reply to nobody (a 408 on an idle connection) has none. */
  let current: Exchange | undefined;
  let reply: ReplyHead | undefined;
  let swallowed = false;
  let learner: ReplyLearner | undefined;
  let edit: Edit | undefined;

  const flow: Flow = createFlow(
    {
      head({ raw, unpassed, untouched }) {
        current = awaitsReply(dialogue.queue);
        reply = readReply(raw, current?.request.method);
        swallowed = false;
        edit = undefined;
        if (reply === undefined) {
          lost(unpassed);
          return OPAQUE;
        }
        if (current !== undefined && reply.status >= 200) {
          learner = learnFrom(context.links, current);
          if (context.shapes?.wanted) current.replyShape = gatherBody(reply.body === CHUNKED);
          current.replied = true;
          const rule = ruleAtReply(dialogue, current, reply.status, untouched);
          if (rule !== undefined && keepsBack(rule)) {
            passLater(dialogue, flow, current, raw);
            return reply.body;
          }
          if (rule !== undefined) edit = editOf({ dialogue, exchange: current, reply, raw, rule });
          swallowed = rule !== undefined && edit?.passesHead !== true;
        }
        if (current !== undefined && !swallowed) current.responseBytes += raw.length;
        if (!swallowed && unpassed.length > 0) dialogue.toCaller(unpassed);
        if (reply.status === 101 || reply.body === OPAQUE) upgraded();
        return reply.body;
      },
      body(bytes, from, to, held) {
        learner?.body(bytes.subarray(from, to));
        current?.replyShape?.add(bytes.subarray(from, to));
        if (edit !== undefined) edit.body(bytes.subarray(from, to));
        if (swallowed || edit !== undefined) return;
        if (current !== undefined) current.responseBytes += to - from;
        if (held) dialogue.toCaller(bytes.subarray(from, to));
      },
      end() {
        if (reply === undefined || reply.status < 200 || current === undefined) return;
        const exchange = current;
        current = undefined;
        learner?.end();
        learner = undefined;
        if (edit !== undefined) edit.end();
        else if (swallowed) replaceReply(dialogue, exchange, reply);
        else dialogue.finish(exchange, 'answered', reply.status);
      },
      lost: (_raw, unpassed) => lost(unpassed),
      ended: (how) => dialogue.calleeGone(how),
    },
    {
      forward: dialogue.toCaller,
      gated: dialogue.gated,
      throttle: (on) => context.throttle('callee', on),
      now: context.now,
    },
  );
  const lost = (unpassed: Buffer) => {
    if (unpassed.length > 0) dialogue.toCaller(unpassed);
    onOpaque();
  };
  const upgraded = () => {
    if (current !== undefined) dialogue.finish(current, 'answered', reply?.status);
    current = undefined;
    onOpaque();
  };
  return flow;
}

function awaitsReply(queue: readonly Exchange[]): Exchange | undefined {
  for (const exchange of queue) if (exchange.asked && !exchange.pending && !exchange.replied) return exchange;
  return undefined;
}

/** The rule that acts on this reply: planned with the request, or one that waited for a status. */
function ruleAtReply(dialogue: Dialogue, exchange: Exchange, status: number, untouched: boolean): WireRule | undefined {
  if (!untouched || exchange.outcome !== undefined) return undefined;
  if (exchange.rule !== undefined) return actsAfter(exchange.rule.action) ? exchange.rule : undefined;
  const isDue = ({ trigger, action }: WireRule) => trigger.status === status && action.do !== 'misdirect';
  const rule = dialogue.context.rules.claim(exchange, isDue);
  if (rule !== undefined) dialogue.plan(exchange, rule);
  return rule;
}

function keepsBack(rule: WireRule): boolean {
  return rule.action.do === 'delay' || rule.action.do === 'hold';
}

function passLater(dialogue: Dialogue, flow: Flow, exchange: Exchange, raw: Buffer): void {
  dialogue.act(exchange);
  flow.stop();
  keptBack(dialogue, exchange).then((how) => {
    if (dialogue.over) return;
    if (how === 'drop') return dialogue.reset();
    exchange.responseBytes += raw.length;
    dialogue.toCaller(raw);
    flow.go();
  });
}

/** A reply whose body alone is replaced keeps its status. */
function replacement(
  action: Extract<WireAction, { readonly do: 'status' | 'replace' }>,
  { status }: ReplyHead,
): Extract<WireAction, { readonly do: 'status' }> {
  if (action.do === 'status') return action;
  return {
    do: 'status',
    status,
    body: action.body,
    headers: { 'content-type': action.contentType ?? 'application/json' },
  };
}

/** The callee's reply is complete and was swallowed: the caller gets another one, a reset, or nothing at all. */
function replaceReply(dialogue: Dialogue, exchange: Exchange, reply: ReplyHead): void {
  const { rule, request, operation } = exchange;
  // Who gave up meanwhile lost no reply.
  if (rule === undefined || exchange.outcome !== undefined) {
    dialogue.finish(exchange, 'gave-up');
  } else if (rule.action.do === 'status' || rule.action.do === 'replace') {
    const close = !request.keepAlive || !reply.keepAlive || reply.body === UNTIL_END;
    const answer = ownReply(replacement(rule.action, reply), { method: request.method, close });
    dialogue.act(exchange, `${operation}: the reply ${reply.status} became ${answer.status}`);
    dialogue.toCaller(answer.bytes);
    exchange.responseBytes += answer.bytes.length;
    dialogue.finish(exchange, 'answered', answer.status);
    if (answer.close) dialogue.context.endCaller();
  } else {
    dialogue.act(exchange, `${operation}: the reply ${reply.status} was lost`);
    if (rule.action.do === 'lost-reply' && rule.action.silent) dialogue.mute();
    else dialogue.reset();
  }
}
