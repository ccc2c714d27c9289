/** A service of several instances is restarted, or scaled, one instance after the other, and nobody at the door notices. */
import { z } from 'zod';
import { type CheckInput, type ExchangeRecord, edgeId, type ProcessRecord } from '../../core/index.ts';
import { isFailure, matches, operationsOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'rollout',
  summary:
    'instances leave and come back under load: no call is cut off, none is sent where nobody is ready, none fails at the door',
  options: z.strictObject({
    /** The instances: a name, or a prefix that ends in `*`. */
    parts: z.string(),
    /** Operations at the door that must all succeed. */
    operations: z.string().default('*'),
    /** Callers have heard that an instance leaves this long after it said so (or was stopped). */
    heardWithinMs: z.number().positive().default(300),
    /** How many instances must have been stopped. */
    stops: z.int().min(1).default(1),
    /** How many operations there must be. */
    atLeast: z.int().min(1).default(50),
    /** An instance that is back is called again at least so often. */
    callsAfter: z.int().min(0).default(3),
  }),
  underLoad: (options, { edges }) => ({
    options,
    edges: edges.filter(({ callee }) => matches(options.parts, callee)).map(edgeId),
    requests: true,
  }),
  judge(input, { parts, operations, heardWithinMs, stops, atLeast, callsAfter }) {
    const absences = absencesOf(input, parts);
    const asked = operationsOf(input.history, input.caseId, operations);
    const failed = asked.filter(({ outcome }) => outcome !== 'ok');
    const calls = callsTo(input, parts);
    const faults = absences.flatMap((absence) => absenceFaults(input, absence, calls, heardWithinMs));
    const idle = absences.filter((absence) => callsAfterwards(absence, calls) < callsAfter);
    const problems = [
      ...faults,
      ...failed.map(({ name, at, status }) => `${name} at ${momentOf(input, at)} was answered ${status || 'nothing'}`),
      ...idle.map(({ part }) => `${part} is back, and was called fewer than ${callsAfter} times`),
    ];
    const figures = { stops: absences.length, calls: calls.length, operations: asked.length, failed: failed.length };
    if (problems.length > 0)
      return fail(
        `${counted(problems.length, 'trouble')} while instances of ${parts} came and went`,
        problems,
        figures,
      );
    if (absences.length < stops)
      return noData(`${counted(absences.length, 'stop')} of ${parts}, wanted ${stops}`, [], figures);
    if (asked.length < atLeast)
      return noData(`${counted(asked.length, 'operation')} at the door, wanted ${atLeast}`, [], figures);
    return pass(
      `${counted(absences.length, 'stop')} of ${parts} under ${counted(asked.length, 'operation')}: none failed, no call was cut off or sent astray`,
      [],
      figures,
    );
  },
});

/** From the moment at which an instance began to leave until it (or its successor) is ready again. */
interface Absence {
  readonly part: string;
  readonly leavingMs: number;
  readonly goneMs: number;
  /** Infinity where it does not come back. */
  readonly readyMs: number;
}

function absencesOf({ history }: CheckInput, parts: string): Absence[] {
  const lives = history.filter(
    (record): record is ProcessRecord => record.type === 'process' && matches(parts, record.part),
  );
  return lives
    .filter(({ event }) => event === 'stopped' || event === 'killed' || event === 'exited')
    .map(({ part, at }) => {
      const said = history.findLast(
        (record) =>
          record.type === 'service-event' && record.service === part && record.event === 'draining' && record.at <= at,
      );
      const ready = lives.find((life) => life.part === part && life.event === 'ready' && life.at > at);
      const before = lives.findLast((life) => life.part === part && life.event === 'ready' && life.at < at)?.at ?? 0;
      const leavingMs = said !== undefined && said.at > before ? said.at : at;
      return { part, leavingMs, goneMs: at, readyMs: ready?.at ?? Number.POSITIVE_INFINITY };
    });
}

function callsTo({ history }: CheckInput, parts: string): ExchangeRecord[] {
  return history.filter(
    (record): record is ExchangeRecord =>
      record.type === 'exchange' && matches(parts, record.edge.slice(record.edge.indexOf('->') + 2)),
  );
}

function absenceFaults(
  input: CheckInput,
  { part, leavingMs, readyMs }: Absence,
  calls: readonly ExchangeRecord[],
  heardWithinMs: number,
): string[] {
  const own = calls.filter(({ edge }) => edge.endsWith(`->${part}`));
  const cut = own.filter((call) => call.at <= leavingMs && call.endAt >= leavingMs && isFailure(call));
  const astray = own.filter((call) => call.at > leavingMs + heardWithinMs && call.at < readyMs && isFailure(call));
  const told = ({ operation, edge, at, outcome }: ExchangeRecord) =>
    `${operation} on ${edge} at ${momentOf(input, at)}: ${outcome}`;
  return [
    ...cut.map((call) => `${told(call)}, under way as ${part} began to leave`),
    ...astray.map((call) => `${told(call)}, sent to ${part} while it was not ready`),
  ];
}

function callsAfterwards({ part, readyMs }: Absence, calls: readonly ExchangeRecord[]): number {
  if (readyMs === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return calls.filter((call) => call.edge.endsWith(`->${part}`) && call.at >= readyMs && !isFailure(call)).length;
}
