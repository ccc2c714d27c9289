/** The caller's direction: requests are recorded, matched against the armed rules, passed, kept back or answered. */
import type { WireRule } from '../../core/index.ts';
import { actsAfter } from '../rule-check.ts';
import { gatherBody } from '../shape-of.ts';
import type { Dialogue } from './dialogue.ts';
import { type Exchange, newExchange } from './exchange.ts';
import { createFlow, type Flow } from './flow.ts';
import { readRequest, withoutHeader } from './head.ts';
import { ownReply } from './own-reply.ts';
import { CHUNKED, OPAQUE } from './parser.ts';
import { copyRequest, sendTwin } from './twin.ts';

/** `onOpaque` is called when the stream turns out to be no HTTP/1.1; `onFirst` when the first request is known. */
export function createRequests(dialogue: Dialogue, onOpaque: () => void, onFirst: () => void): Flow {
  const { context } = dialogue;
  let current: Exchange | undefined;

  const flow: Flow = createFlow(
    {
      head({ raw, at, unpassed, untouched }) {
        const request = readRequest(raw);
        if (request === undefined) {
          lost(raw, unpassed);
          return OPAQUE;
        }
        const exchange = newExchange(request, raw.length, at);
        current = exchange;
        if (context.shapes?.wanted) exchange.requestShape = gatherBody(request.body === CHUNKED);
        dialogue.begin(exchange);
        if (dialogue.gone !== undefined) exchange.asked = false;
        const mayAct = untouched && exchange.asked && !dialogue.doomed && context.rules.armed;
        const rule = mayAct ? context.rules.claim(exchange, decidedByRequest) : undefined;
        if (rule !== undefined) dialogue.plan(exchange, rule);
        if (rule !== undefined && !actsAfter(rule.action)) actBefore(dialogue, flow, exchange, raw);
        else if (unpassed.length > 0 && exchange.asked) dialogue.toCallee(unpassed);
        if (dialogue.gone !== undefined) dialogue.calleeGone(dialogue.gone);
        onFirst();
        return request.body;
      },
      body(bytes, from, to, held) {
        if (current === undefined) return;
        current.requestBytes += to - from;
        current.requestShape?.add(bytes.subarray(from, to));
        if (current.copy !== undefined) copyRequest(current, bytes.subarray(from, to));
        if (held && current.asked) dialogue.toCallee(bytes.subarray(from, to));
      },
      end() {
        if (current === undefined) return;
        const exchange = current;
        current = undefined;
        dialogue.requested(exchange);
        if (exchange.copy !== undefined) sendTwin(dialogue, exchange);
      },
      lost: (raw, unpassed) => lost(raw, unpassed),
      ended() {
        if (!dialogue.over) context.endCallee();
      },
    },
    {
      forward: dialogue.toCallee,
      gated: dialogue.gated,
      throttle: (on) => context.throttle('caller', on),
      now: context.now,
    },
  );
  const lost = (raw: Buffer, unpassed: Buffer) => {
    // A head that is too large still has a first line to be recorded by.
    const request = readRequest(raw);
    if (request !== undefined) dialogue.begin(newExchange(request, raw.length, context.now()));
    if (unpassed.length > 0) dialogue.toCallee(unpassed);
    onOpaque();
  };
  return flow;
}

/** A rule that asks for the reply's status is matched when the reply comes; one on a registry's answers when they are rewritten. */
function decidedByRequest({ trigger, action }: WireRule): boolean {
  return trigger.status === undefined && action.do !== 'misdirect';
}

/** The exchange's rule acts before the callee sees the request. */
function actBefore(dialogue: Dialogue, flow: Flow, exchange: Exchange, raw: Buffer): void {
  const { rule, request } = exchange;
  if (rule === undefined) return;
  const { action } = rule;
  if (action.do === 'status') {
    // Who waits for `100 Continue` is answered at once and may not send its body: only a closed connection is clear
    // then.
    const close = !request.keepAlive || request.expectsContinue;
    exchange.asked = false;
    exchange.answer = ownReply(action, { method: request.method, close });
    dialogue.act(exchange);
    if (request.expectsContinue) dialogue.answerNow(exchange);
  } else if (action.do === 'reset') {
    exchange.asked = false;
    dialogue.act(exchange);
    dialogue.reset();
  } else if (action.do === 'drop-header') {
    const rest = withoutHeader(raw, action.header);
    if (rest.length < raw.length) dialogue.act(exchange, `${exchange.operation}: without ${action.header}`);
    dialogue.toCallee(rest);
  } else if (action.do === 'twice') {
    exchange.copy = [raw];
    dialogue.toCallee(raw);
  } else {
    exchange.pending = true;
    dialogue.act(exchange);
    flow.stop();
    keptBack(dialogue, exchange).then((how) => goOn(dialogue, flow, exchange, raw, how));
  }
}

/** Resolves when an exchange that is delayed or held may go on. */
export async function keptBack({ context }: Dialogue, exchange: Exchange): Promise<'forward' | 'drop'> {
  const { rule } = exchange;
  if (rule?.action.do === 'hold') return (await context.hold(rule, exchange)).how;
  if (rule?.action.do === 'delay') await context.wait(rule, rule.action.delayMs);
  return 'forward';
}

function goOn(dialogue: Dialogue, flow: Flow, exchange: Exchange, raw: Buffer, how: 'forward' | 'drop'): void {
  if (dialogue.over) return;
  if (how === 'drop') {
    exchange.asked = false;
    dialogue.resolved(exchange);
    dialogue.reset();
    return;
  }
  dialogue.toCallee(raw);
  flow.go();
  dialogue.resolved(exchange);
}
