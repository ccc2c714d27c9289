/** A breaker keeps its promise, judged from the wire: it opens in time, lets nothing through, probes, and closes again. */
import { z } from 'zod';
import type { BreakerPromise, CheckInput } from '../../core/index.ts';
import { attemptsOf } from '../breaker-attempts.ts';
import { type Attempt, type BreakerTrace, followBreaker, type Leak } from '../breaker-model.ts';
import { hearWitness, type Testimony } from '../breaker-witness.ts';
import { exchangesOn, findEdge } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'breaker-conformance',
  summary:
    "an edge's breaker opens after its threshold, lets no call through while open, probes, and closes after a success",
  options: z.strictObject({
    edge: z.string(),
    /** The fault is meant to trip it; false: it must stay usable, and a trip is only counted. */
    expectTrip: z.boolean().default(true),
    /** It must be seen to close again. */
    expectClose: z.boolean().default(true),
    /** `strict`: an opening that the service reports and the wire does not explain is a broken promise (it opened too early). */
    witness: z.enum(['note', 'strict']).default('note'),
  }),
  refuses: (topology, { edge }) =>
    findEdge(topology, edge)?.promises?.breaker ? undefined : `edge ${edge} of ${topology.name} promises no breaker`,
  underLoad: (options) => ({ options, edges: [options.edge] }),
  judge(input, options) {
    const promises = findEdge(input.topology, options.edge)?.promises;
    if (promises?.breaker === undefined) return noData(`edge ${options.edge} promises no breaker`);
    const attempts = attemptsOf(exchangesOn(input, options.edge), promises.breaker, promises);
    if (attempts.length === 0) return noData(`no exchange was seen on ${options.edge}`);
    const trace = followBreaker(attempts, promises.breaker, livesOf(input, options.edge));
    const testimony = hearWitness(input, options.edge, trace.openings);
    return verdictOf({ input, attempts, promise: promises.breaker, trace, testimony, ...options });
  },
});

interface Seen {
  readonly input: CheckInput;
  readonly edge: string;
  readonly attempts: readonly Attempt[];
  readonly promise: BreakerPromise;
  readonly trace: BreakerTrace;
  readonly testimony: Testimony;
  readonly expectTrip: boolean;
  readonly expectClose: boolean;
  readonly witness: 'note' | 'strict';
}

function verdictOf(seen: Seen) {
  const { edge, promise, trace, testimony, attempts } = seen;
  const { openings, leaks, longestRun } = trace;
  const figures = figuresOf(seen);
  const notes = notesOf(seen);
  if (leaks.length > 0) {
    const promised = `threshold ${promise.threshold}, open ${promise.openMs} ms`;
    const summary = `${counted(leaks.length, 'call')} passed the breaker of ${edge}, which should have stopped it (${promised})`;
    return fail(summary, [...leaks.map((leak) => leakText(seen, leak)), ...notes], figures);
  }
  if (seen.witness === 'strict' && testimony.unexplained.length > 0) {
    const times = counted(testimony.unexplained.length, 'time');
    const summary = `the breaker of ${edge} opened ${times} without ${promise.threshold} consecutive failures`;
    return fail(summary, notes, figures);
  }
  if (openings.length === 0) {
    const among = counted(attempts.length, promise.counts.slice(0, -1));
    const summary = `${edge} saw at most ${longestRun} of ${promise.threshold} consecutive failures among ${among}`;
    return seen.expectTrip
      ? noData(`${summary}: nothing had to trip`, notes, figures)
      : pass(`${summary}, and nothing tripped`, notes, figures);
  }
  const last = openings.at(-1);
  const confirmed = openings.some((opening) => opening.probeAt !== undefined) || testimony.agreed > 0;
  if (!confirmed)
    return noData(
      `nothing was tried on ${edge} after it should have opened, and ${edge.split('->')[0]} said nothing`,
      notes,
      figures,
    );
  if (seen.expectClose && last?.closedAt === undefined) {
    return noData(
      `the breaker of ${edge} opened but was not seen to close: no probe succeeded after it`,
      notes,
      figures,
    );
  }
  const closing = last?.closedAt === undefined ? '' : ', and it closed after a success';
  return pass(
    `the breaker of ${edge} opened ${counted(openings.length, 'time')}; no call was started while it was open${closing}`,
    notes,
    figures,
  );
}

function figuresOf({ input, attempts, trace, testimony }: Seen): Record<string, number> {
  const { openings, leaks, longestRun } = trace;
  const [first] = openings;
  const closed = openings.flatMap(({ closedAt }) => closedAt ?? []);
  const healedAt = Math.max(...input.faults.map(({ healedAt = Number.NEGATIVE_INFINITY }) => healedAt));
  const recovered = closed.find((at) => at >= healedAt);
  return {
    attempts: attempts.length,
    failures: attempts.filter(({ failed }) => failed).length,
    longestRun,
    trips: openings.filter(({ reopened }) => !reopened).length,
    reopened: openings.filter(({ reopened }) => reopened).length,
    leaks: leaks.length,
    disagreements: testimony.unexplained.length + (testimony.heard ? testimony.unreported.length : 0),
    ...(first && { tripLatencyMs: first.at - first.sinceMs }),
    ...(first?.probeAt !== undefined && { openMs: first.probeAt - first.at }),
    ...(recovered !== undefined && Number.isFinite(healedAt) && { recoveryMs: recovered - healedAt }),
  };
}

function notesOf({ input, trace, testimony }: Seen): string[] {
  const openings = trace.openings.map(({ at, reopened, probeAt, closedAt }) => {
    const probe = probeAt === undefined ? 'no probe seen' : `probe ${Math.round(probeAt - at)} ms later`;
    const end = closedAt === undefined ? '' : `, closed at ${momentOf(input, closedAt)}`;
    return `${reopened ? 'open again' : 'open'} at ${momentOf(input, at)}, ${probe}${end}`;
  });
  const unreported = testimony.heard ? testimony.unreported : [];
  return [
    ...openings,
    ...testimony.unexplained.map(
      (at) => `the service says it opened at ${momentOf(input, at)}; the wire does not show why`,
    ),
    ...unreported.map(({ at }) => `the service did not report the opening at ${momentOf(input, at)}`),
  ];
}

function leakText({ input, promise }: Seen, { attempt, kind, afterMs }: Leak): string {
  const after = `${Math.round(afterMs * 10) / 10} ms after the breaker had to open`;
  const when = `${attempt.what} started at ${momentOf(input, attempt.at)}, ${after}`;
  return kind === 'while-open' ? when : `${when}, while ${counted(promise.probes, 'probe')} was already on its way`;
}

/** Times at which the caller's process began or ended: its breaker forgets. */
function livesOf({ history }: CheckInput, edge: string): number[] {
  const [caller] = edge.split('->');
  return history.flatMap((record) => {
    if (record.type !== 'process' || record.part !== caller) return [];
    return record.event === 'paused' || record.event === 'resumed' ? [] : [record.at];
  });
}
