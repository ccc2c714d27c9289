/** Beginnings and ends of calls as one doubly linked list in time order, from which a call can be taken out and put back in O(1). */
import type { Call } from './model.ts';

/** A beginning (`end` is its end, if it has one) or an end (`end` is null, `of` the number of its call). */
export interface Moment {
  readonly of: number;
  readonly begins: boolean;
  end: Moment | null;
  before: Moment | null;
  after: Moment | null;
}

/** The head of the list; it is no moment itself. Calls without an answer have no end. At the same time beginnings come first. */
export function timelineOf(calls: readonly Call<unknown>[]): Moment {
  const moments: { readonly moment: Moment; readonly time: number }[] = [];
  for (const [of, { at, endAt }] of calls.entries()) {
    const begin = momentOf(of, true);
    moments.push({ moment: begin, time: at });
    if (!Number.isFinite(endAt)) continue;
    begin.end = momentOf(of, false);
    moments.push({ moment: begin.end, time: Math.max(at, endAt) });
  }
  moments.sort((a, b) => a.time - b.time || Number(b.moment.begins) - Number(a.moment.begins));
  const head = momentOf(-1, false);
  let last = head;
  for (const { moment } of moments) {
    last.after = moment;
    moment.before = last;
    last = moment;
  }
  return head;
}

/** Takes a call out: its beginning, and its end where it has one. */
export function takeOut(begin: Moment): void {
  for (const moment of [begin, begin.end]) {
    if (moment === null) continue;
    if (moment.before) moment.before.after = moment.after;
    if (moment.after) moment.after.before = moment.before;
  }
}

/** Puts back what was taken out last. */
export function putBack(begin: Moment): void {
  for (const moment of [begin.end, begin]) {
    if (moment === null) continue;
    if (moment.after) moment.after.before = moment;
    if (moment.before) moment.before.after = moment;
  }
}

function momentOf(of: number, begins: boolean): Moment {
  return { of, begins, end: null, before: null, after: null };
}
