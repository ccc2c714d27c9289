/** A part that is asked to end finishes what it was asked: nothing in flight is cut off, and the door goes on answering. */
import { z } from 'zod';
import { type CheckInput, type ExchangeRecord, edgeId, type ProcessRecord } from '../../core/index.ts';
import { matches, operationsOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

const CUT_OFF = new Set(['reset', 'gave-up', 'open']);

export default defineCheck({
  name: 'graceful-shutdown',
  summary: 'a part that is stopped in order cuts no call off, and operations at the door go on succeeding',
  options: z.strictObject({
    /** The part that is stopped, or a prefix that ends in `*`. */
    part: z.string(),
    /** It may drain for this long before it ends. */
    drainMs: z.number().positive().default(5_000),
    /** Operations at the door that must all succeed from the drain on, until the part is ready again. Default: none are judged. */
    operations: z.string().optional(),
    /** How many calls must have been under way, or begun, while it drained. */
    atLeast: z.int().min(0).default(1),
  }),
  underLoad: (options, { edges }) => ({
    options,
    edges: edges.filter(({ callee }) => matches(options.part, callee)).map(edgeId),
    requests: options.operations !== undefined,
  }),
  judge(input, { part, drainMs, operations, atLeast }) {
    const lives = input.history.filter(
      (record): record is ProcessRecord => record.type === 'process' && matches(part, record.part),
    );
    const stops = lives.filter(({ event }) => event === 'stopped');
    const hard = lives.filter(({ event }) => event === 'killed' || event === 'exited');
    const spans = stops.map((stop) => spanOf(input, stop, lives, drainMs));
    const calls = spans.flatMap((span) => callsIn(input, span));
    const cut = calls.filter(({ outcome, forwarded }) => CUT_OFF.has(outcome) && forwarded);
    const asked = operations === undefined ? [] : spans.flatMap((span) => operationsIn(input, operations, span));
    const failed = asked.filter(({ outcome }) => outcome !== 'ok');
    const problems = [
      ...cut.map(({ operation, edge, at, outcome }) => `${operation} on ${edge} at ${momentOf(input, at)}: ${outcome}`),
      ...failed.map(({ name, at, status }) => `${name} at ${momentOf(input, at)} was answered ${status || 'nothing'}`),
      ...hard.map(({ part: name, event, at }) => `${name} was ${event} at ${momentOf(input, at)} instead of stopped`),
    ];
    const figures = {
      stops: stops.length,
      calls: calls.length,
      cutOff: cut.length,
      operations: asked.length,
      failed: failed.length,
    };
    if (problems.length > 0)
      return fail(`stopping ${part} cost ${counted(problems.length, 'call')}`, problems, figures);
    if (stops.length === 0) return noData(`${part} was not stopped`, [], figures);
    if (calls.length < atLeast)
      return noData(`${counted(calls.length, 'call')} while ${part} drained, wanted ${atLeast}`, [], figures);
    return pass(
      `${counted(stops.length, 'stop')} of ${part}: ${counted(calls.length, 'call')} meanwhile, none cut off`,
      [],
      figures,
    );
  },
});

interface Span {
  readonly part: string;
  /** It began to drain: as it said itself (the event `draining`), else as early as it may have. */
  readonly fromMs: number;
  /** What was begun later may have to be sent again: a connection is closed while a call is on its way to it. */
  readonly begunByMs: number;
  /** It, or its successor, is ready again. */
  readonly readyMs: number;
}

function spanOf(
  input: CheckInput,
  { part, at }: ProcessRecord,
  lives: readonly ProcessRecord[],
  drainMs: number,
): Span {
  const ready = lives.find((life) => life.part === part && life.event === 'ready' && life.at > at);
  const said = input.history.find(
    (record) =>
      record.type === 'service-event' &&
      record.service === part &&
      record.event === 'draining' &&
      record.at <= at &&
      record.at >= at - drainMs,
  );
  return {
    part,
    fromMs: said?.at ?? at - drainMs,
    begunByMs: said?.at ?? at,
    readyMs: ready?.at ?? Number.POSITIVE_INFINITY,
  };
}

/** Calls to the part that were under way when it began to drain. */
function callsIn({ history }: CheckInput, { part, fromMs, begunByMs }: Span): ExchangeRecord[] {
  return history.filter(
    (record): record is ExchangeRecord =>
      record.type === 'exchange' &&
      record.edge.endsWith(`->${part}`) &&
      record.at <= begunByMs &&
      record.endAt >= fromMs,
  );
}

function operationsIn(input: CheckInput, pattern: string, { fromMs, readyMs }: Span) {
  return operationsOf(input.history, input.caseId, pattern).filter(({ at, endAt }) => endAt >= fromMs && at <= readyMs);
}
