/** The server's direction: replies find their exchange, are passed, delayed, swallowed or changed, and end it at ReadyForQuery. */

import { LIMITS, type WireRule } from '../../core/index.ts';
import type { Line } from './line.ts';
import { createMessageSplitter } from './message-splitter.ts';
import { readError, TELL } from './messages.ts';
import { endWhenFirst, keptBack } from './request-actions.ts';
import type { Unit } from './unit.ts';

export function createBackend(line: Line): (chunk: Buffer) => void {
  const { context } = line;
  let tapped = false;
  let passed = 0;
  let headHeld = false;
  /** The message that is being read does not reach the caller. */
  let dropped = false;

  const splitter = createMessageSplitter({
    begin(type, bytes) {
      const front = line.waiting[0];
      if (front !== undefined && !front.lost) front.responseBytes += bytes;
      dropped = front?.special === true && dropsMessage(line, front, type);
      return type === TELL.ready || type === TELL.error;
    },
    piece(bytes) {
      if (tapped) return;
      const fresh = passed === 0 ? bytes : bytes.subarray(passed);
      passed = 0;
      const front = line.waiting[0];
      if (dropped || line.muted || fresh.length === 0) return;
      if (front?.mayCommit) keepReply(line, front, fresh);
      else line.replies.send(fresh);
    },
    end(type, body) {
      const front = line.waiting[0];
      if (type === TELL.error && front !== undefined) front.error ??= readError(body).sqlstate;
      else if (type === TELL.ready && front !== undefined) ready(line, front, String.fromCharCode(body[0] ?? 73));
      else if (type === TELL.copyBoth || (type === TELL.copyIn && front?.kind === 'extended')) {
        splitter.stop('COPY in an extended exchange');
      }
    },
    lost(rest, why) {
      if (!tapped) line.replies.send(passed === 0 ? rest : rest.subarray(passed));
      line.makeOpaque(why);
    },
  });

  return (chunk) => {
    if (line.opaque) return line.replies.send(chunk);
    tapped = line.special === 0 && !line.replies.busy && !line.muted && !headHeld;
    if (tapped) context.toCaller(chunk);
    passed = tapped || headHeld ? 0 : splitter.headBytes;
    splitter.feed(chunk);
    headHeld = !tapped && splitter.headBytes > 0;
  };
}

/** A message of a reply that something is to be done with begins. True: it does not reach the caller. */
function dropsMessage(line: Line, front: Unit, type: number): boolean {
  if (front.lost) return true;
  if (front.substitute !== undefined) {
    if (type !== front.substitute.instead) return false;
    line.replies.send(front.substitute.error);
    front.substitute = undefined;
    return true;
  }
  const { rule } = front;
  if (rule !== undefined && !front.waited && (rule.action.do === 'delay' || rule.action.do === 'hold')) {
    front.waited = true;
    line.hit(front, rule);
    line.replies.push(() =>
      keptBack(line, front, rule).then((how) => {
        if (how === 'drop' && !line.over) line.breakOff(front);
      }),
    );
  }
  return false;
}

/** Kept until ReadyForQuery says whether something was committed; a reply that is too long for that is let go. */
function keepReply(line: Line, front: Unit, bytes: Buffer): void {
  front.keptReply.push(bytes);
  front.keptBytes += bytes.length;
  if (front.keptBytes <= LIMITS.wireStashBytes) return;
  front.mayCommit = false;
  releaseReply(line, front);
}

function releaseReply(line: Line, front: Unit): void {
  for (const part of front.keptReply.splice(0)) line.replies.send(part);
}

/** The exchange is complete at the server. */
function ready(line: Line, unit: Unit, status: string): void {
  line.waiting.shift();
  if (unit.special) line.special--;
  line.status = status === 'T' || status === 'E' ? status : 'I';
  if (line.status === 'I') line.transactionCase = undefined;
  else line.transactionCase ??= unit.case;
  const lostBy = unit.lost ? unit.rule : unit.mayCommit && commits(line, unit) ? claimCommit(line, unit) : undefined;
  if (lostBy === undefined) {
    releaseReply(line, unit);
    if (line.replies.busy) line.replies.push(() => line.end(unit, outcomeOf(line)));
    else line.end(unit, outcomeOf(line));
  } else {
    lose(line, unit, lostBy);
  }
  endWhenFirst(line);
}

function commits(line: Line, unit: Unit): boolean {
  return line.status === 'I' && unit.error === undefined && unit.outcome === undefined;
}

function claimCommit(line: Line, unit: Unit): WireRule | undefined {
  const rule = line.context.rules.claim(unit, ({ action }) => action.do === 'postgres-commit-lost');
  unit.rule = rule;
  return rule;
}

/** The work is done and nobody hears of it. Who gave up meanwhile lost no reply. */
function lose(line: Line, unit: Unit, rule: WireRule): void {
  unit.keptReply = [];
  unit.responseBytes = 0;
  if (line.callerGone) {
    line.end(unit, 'gave-up');
    return;
  }
  line.hit(unit, rule, `${unit.operation}: the reply was lost${unit.error === undefined ? '' : ` (${unit.error})`}`);
  const { action } = rule;
  if ('silent' in action && action.silent) line.muted = true;
  else line.replies.push(() => line.breakOff(unit));
}

function outcomeOf({ callerGone }: Line): 'gave-up' | 'answered' {
  return callerGone ? 'gave-up' : 'answered';
}
