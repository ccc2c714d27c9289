/** What happens to a held request: it goes on, waits, is refused in the broker's place, or takes the connection with it. */
import { systemClock, type WireRule } from '../../core/index.ts';
import type { ExchangeFacts } from '../session.ts';
import { API } from './apis.ts';
import type { Exchange } from './exchange.ts';
import type { Line } from './line.ts';
import { actsBefore, claimFrame } from './matching.ts';
import { commitReply, groupRefusal, heartbeatReply, leaveGroupRequest, produceRefusal } from './own-messages.ts';
import { rewindCall } from './rewind.ts';

export function actOnRequest(line: Line, exchange: Exchange, frame: Buffer): void | Promise<void> {
  if (line.over) return line.talk.end(exchange, { outcome: 'reset' });
  const { rules } = line.context;
  if (exchange.head.api === API.heartbeat && exchange.member !== undefined) {
    const error = line.state.takeHeartbeatError(exchange.member) ?? rewindCall(rules, exchange);
    if (error !== undefined) return line.answer(exchange, heartbeatReply(exchange.head, error));
  }
  const claimed = rules.armed ? claimFrame(rules, exchange.facts, exchange.items, actsBefore(exchange)) : undefined;
  if (claimed === undefined) return line.forward(exchange, frame);
  return carryOut(line, exchange, frame, claimed.rule, claimed.facts);
}

function carryOut(
  line: Line,
  exchange: Exchange,
  frame: Buffer,
  rule: WireRule,
  facts: ExchangeFacts,
): void | Promise<void> {
  const { action } = rule;
  const { body, head } = exchange;
  exchange.fault = rule.id;
  const detail = detailOf(exchange, facts);
  line.context.rules.hit(rule, { case: facts.case, detail });
  if (action.do === 'delay') return delayed(line, rule, action.delayMs).then(() => resume(line, exchange, frame));
  if (action.do === 'hold') return held(line, exchange, rule, facts, () => resume(line, exchange, frame));
  if (action.do === 'kafka-refuse' && body.api === 'produce') {
    return line.answer(exchange, produceRefusal(head, body.partitions, action.error));
  }
  if (action.do === 'kafka-commit-refused' && body.api === 'commit') {
    if (action.via !== 'heartbeat') return line.answer(exchange, commitReply(head, body.offsets, action.error));
    line.state.failHeartbeat(body, action.error);
    return line.answer(exchange, commitReply(head, body.offsets, 0));
  }
  if (action.do === 'kafka-group-refused') {
    const refusal = groupRefusal(head, body, action.error);
    if (refusal !== undefined) return line.answer(exchange, refusal);
  }
  return line.breakOff(exchange);
}

function resume(line: Line, exchange: Exchange, frame: Buffer): void {
  if (line.over) line.talk.end(exchange, { outcome: 'reset' });
  else line.forward(exchange, frame);
}

/** Waits; ends sooner when the rule is disarmed or the connection is over. */
export async function delayed(line: Line, rule: WireRule, delayMs: number): Promise<void> {
  const { context } = line;
  await (context.wait?.(rule, delayMs) ?? systemClock.delay(delayMs));
}

/** Waits for the release: `forward` goes on with `resume`, `drop` resets the caller, having left the group for it where that was asked. */
export async function held(
  line: Line,
  exchange: Exchange,
  rule: WireRule,
  facts: ExchangeFacts,
  resumeIt: () => void,
): Promise<void> {
  const release = await line.context.hold(rule, facts);
  if (release.leaveGroup) await leaveGroups(line, exchange);
  if (release.how === 'forward') resumeIt();
  else line.breakOff(exchange, exchange.lostReply);
}

/** A dead member blocks its group for the session time-out; LeaveGroup in its name frees the group at once. */
async function leaveGroups(line: Line, exchange: Exchange): Promise<void> {
  const members = exchange.member === undefined ? line.state.membersOf(exchange.head.clientId) : [exchange.member];
  for (const member of members) await line.own.ask((correlation) => leaveGroupRequest(correlation, member));
}

/** What was hit, for the history: `OffsetCommit of payment, order.events`. */
export function detailOf(exchange: Exchange, facts: ExchangeFacts): string {
  const of = facts.group ?? exchange.group;
  const topic = facts.topic ?? exchange.facts.topic;
  return `${facts.operation}${of === undefined ? '' : ` of ${of}`}${topic === undefined ? '' : `, ${topic}`}`;
}
