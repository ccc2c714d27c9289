/**
 * Is there an order of the calls, each at some moment between its beginning and its end, in which a sequential object gives these answers?
 * The search of Wing & Gong ("Testing and verifying concurrent objects", 1993) with Lowe's memory of what was tried ("Testing for
 * linearizability", 2017), the way Porcupine does it; independent keys are searched one by one.
 */
import { type DoneSet, NOTHING_DONE, textOf, withAnswered, withUnanswered } from './done-set.ts';
import type { Call, Model } from './model.ts';
import { type Moment, putBack, takeOut, timelineOf } from './timeline.ts';

export interface Search<State> {
  /** undefined: given up after `mostSteps`. */
  readonly linearizable: boolean | undefined;
  /** An order that explains every answer; where there is none, the longest that was found. Numbers of calls. Calls without an answer may be missing. */
  readonly order: readonly number[];
  /** The state after `order`. */
  readonly state: State;
  /** Where there is no order: the call that had to come next, as its answer was already given, and could not. */
  readonly stuckAt?: number;
  readonly steps: number;
}

/** A choice of the search, with what stood before it. A linked path, so that remembering the best one costs nothing. */
interface Choice<State> {
  readonly begin: Moment;
  readonly state: State;
  readonly done: DoneSet;
  readonly before: Choice<State> | undefined;
  readonly depth: number;
}

const MOST_STEPS = 20_000_000;

export function linearize<State extends string | number, Op>(
  calls: readonly Call<Op>[],
  model: Model<State, Op>,
  mostSteps = MOST_STEPS,
): Search<State> {
  const ranks = ranksOf(calls);
  const head = timelineOf(calls);
  const tried = new Set<string>();
  let path: Choice<State> | undefined;
  let left = calls.filter(({ endAt }) => Number.isFinite(endAt)).length;
  let state = model.initial;
  let done = NOTHING_DONE;
  let best: { path: typeof path; state: State; stuckAt?: number } = { path, state };
  let steps = 0;
  let moment = head.after;
  while (left > 0) {
    if (++steps > mostSteps) return { linearizable: undefined, order: orderOf(path), state, steps };
    if (moment?.begins) {
      const taken = tryCall(moment);
      moment = taken ? head.after : moment.after;
      continue;
    }
    // An answer was given before its call is in the order (or nothing is left to try): the last choice was wrong.
    if ((path?.depth ?? 0) >= (best.path?.depth ?? 0)) best = { path, state, stuckAt: moment?.of };
    if (path === undefined)
      return { linearizable: false, order: orderOf(best.path), state: best.state, stuckAt: best.stuckAt, steps };
    const { begin } = path;
    ({ state, done, before: path } = path);
    putBack(begin);
    if (begin.end) left++;
    moment = begin.after;
  }
  return { linearizable: true, order: orderOf(path), state, steps };

  function tryCall(begin: Moment): boolean {
    const { of } = begin;
    const call = calls[of] as Call<Op>;
    const next = model.step(state, call.op);
    if (next === undefined) return false;
    const rank = ranks[of] ?? 0;
    const nowDone = begin.end ? withAnswered(done, rank) : withUnanswered(done, rank);
    const trial = `${textOf(nowDone)}|${next}`;
    if (tried.has(trial)) return false;
    tried.add(trial);
    path = { begin, state, done, before: path, depth: (path?.depth ?? 0) + 1 };
    state = next;
    done = nowDone;
    takeOut(begin);
    if (begin.end) left--;
    return true;
  }
}

function orderOf(path: Choice<unknown> | undefined): number[] {
  const order: number[] = [];
  for (let choice = path; choice; choice = choice.before) order.push(choice.begin.of);
  return order.reverse();
}

/** Per call its place, by beginning, among those with an answer, or among those without. */
function ranksOf(calls: readonly Call<unknown>[]): number[] {
  const ranks: number[] = new Array(calls.length);
  const byBeginning = calls.map((_, index) => index).sort((a, b) => (calls[a]?.at ?? 0) - (calls[b]?.at ?? 0));
  let answered = 0;
  let unanswered = 0;
  for (const index of byBeginning) ranks[index] = Number.isFinite(calls[index]?.endAt) ? answered++ : unanswered++;
  return ranks;
}
