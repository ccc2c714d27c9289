/** What becomes of an exchange that was kept back: it goes on, waits, fails in the server's place, or takes the connection with it. */
import type { WireRule } from '../../core/index.ts';
import { actsAfter } from '../rule-check.ts';
import { matches } from '../trigger.ts';
import type { Line } from './line.ts';
import { ASK, errorResponse, FAILING_EXECUTE, ROLLBACK_QUERY, SYNC, TELL } from './messages.ts';
import type { Unit } from './unit.ts';

type ErrorRule = WireRule & { readonly action: { readonly do: 'postgres-error' } };

export function actOnRequest(line: Line, unit: Unit): void | Promise<void> {
  const { rules } = line.context;
  if (line.over) return line.endAll('reset');
  const rule = rules.armed ? rules.claim(unit, (one) => canAct(line, unit, one)) : undefined;
  if (rule === undefined) {
    unit.mayCommit = rules.armed && unit.statement?.writes === true && losesCommits(rules.list(), unit);
    return forward(line, unit, unit.mayCommit);
  }
  unit.rule = rule;
  if (rule.action.do === 'postgres-error') return fail(line, unit, rule as ErrorRule);
  if (actsAfter(rule.action)) {
    unit.lost = rule.action.do === 'lost-reply' || rule.action.do === 'reset';
    return forward(line, unit, true);
  }
  line.hit(unit, rule);
  if (rule.action.do === 'reset') return line.breakOff(unit);
  return keptBack(line, unit, rule).then((how) => {
    if (line.over) return line.endAll('reset');
    if (how === 'drop') return line.breakOff(unit);
    return forward(line, unit, false);
  });
}

function canAct(line: Line, unit: Unit, { action, trigger }: WireRule): boolean {
  if (trigger.status !== undefined || action.do === 'postgres-commit-lost') return false;
  if (action.do !== 'postgres-error') return true;
  if (unit.kind === 'startup') return action.fatal === true;
  // In a failed transaction the server refuses everything anyway.
  return unit.runs && line.status !== 'E';
}

function losesCommits(rules: readonly WireRule[], unit: Unit): boolean {
  return rules.some(({ action, trigger }) => action.do === 'postgres-commit-lost' && matches(trigger, unit));
}

/** Resolves when an exchange that is delayed or held may go on. */
export async function keptBack({ context }: Line, unit: Unit, rule: WireRule): Promise<'forward' | 'drop'> {
  if (rule.action.do === 'hold') return (await context.hold(rule, unit)).how;
  if (rule.action.do === 'delay') await context.wait?.(rule, rule.action.delayMs);
  return 'forward';
}

/** The server gets the exchange, or `bytes` in its place. */
function forward(line: Line, unit: Unit, special: boolean, bytes: readonly Buffer[] = unit.kept): void {
  if (special) makeSpecial(line, unit);
  if (!line.waiting.includes(unit)) line.waits(unit);
  for (const part of bytes) line.context.toCallee(part);
  unit.kept = [];
}

function makeSpecial(line: Line, unit: Unit): void {
  unit.special = true;
  if (line.waiting.includes(unit)) line.special++;
}

/**
 * The statement fails without being run. So that the transaction fails with it at the server as well, the server is given something to fail at
 * (a portal that does not exist; for COMMIT a ROLLBACK), and its reply gets the error that was asked for.
 */
function fail(line: Line, unit: Unit, rule: ErrorRule): void {
  const error = errorResponse(rule.action);
  line.hit(unit, rule, `${unit.operation}: ${rule.action.sqlstate}`);
  unit.error = rule.action.sqlstate;
  if (rule.action.fatal) {
    unit.kept = [];
    unit.ownEnd = error;
    makeSpecial(line, unit);
    line.waits(unit);
    endWhenFirst(line);
    return;
  }
  const commits = unit.statement?.sql === 'COMMIT';
  unit.substitute = { instead: commits ? TELL.complete : TELL.error, error };
  const failing = unit.kind === 'simple' ? [FAILING_EXECUTE, SYNC] : failingExecute(Buffer.concat(unit.kept));
  forward(line, unit, true, commits ? [ROLLBACK_QUERY] : failing);
}

/** An exchange that the wire ends itself has its turn: the caller gets the last message, then the end. */
export function endWhenFirst(line: Line): void {
  const first = line.waiting[0];
  if (first?.ownEnd === undefined || line.over) return;
  line.replies.push(() => {
    if (line.over || first.ownEnd === undefined) return;
    first.responseBytes = first.ownEnd.length;
    line.context.toCaller(first.ownEnd);
    line.over = true;
    line.end(first, line.callerGone ? 'gave-up' : 'answered');
    line.endAll('reset');
    line.context.endCaller();
    line.context.endCallee();
  });
}

/** The messages of the exchange, its first Execute replaced by one that fails; the server skips the rest up to Sync. */
function failingExecute(bytes: Buffer): Buffer[] {
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    if (bytes[at] === ASK.execute) return [bytes.subarray(0, at), FAILING_EXECUTE, bytes.subarray(end)];
    at = end;
  }
  return [FAILING_EXECUTE, bytes];
}
