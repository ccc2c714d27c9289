/** The search for an order says what trying every order says, and stays quick on long histories. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call, Model } from '../../../harness/checks/linearizability/model.ts';
import {
  IDEMPOTENCY_KEY,
  type KeyOp,
  REGISTER,
  type RegisterOp,
} from '../../../harness/checks/linearizability/models.ts';
import { linearize } from '../../../harness/checks/linearizability/search.ts';
import { seededRandom } from '../../../harness/core/index.ts';

/** Tries every order that keeps to real time; calls without an answer may be left out. */
function bruteForce<Op>(calls: readonly Call<Op>[], model: Model<string, Op>): boolean {
  const explore = (state: string, left: readonly Call<Op>[]): boolean => {
    const answered = left.filter(({ endAt }) => Number.isFinite(endAt));
    if (answered.length === 0) return true;
    const firstEnd = Math.min(...answered.map(({ endAt }) => endAt));
    return left.some((call) => {
      const next = call.at <= firstEnd ? model.step(state, call.op) : undefined;
      return (
        next !== undefined &&
        explore(
          next,
          left.filter((other) => other !== call),
        )
      );
    });
  };
  return explore(model.initial, calls);
}

/** Does the order explain every answer? Looked at again from outside. */
function explains<Op>(calls: readonly Call<Op>[], model: Model<string, Op>, order: readonly number[]): boolean {
  let state = model.initial;
  let latestBegin = Number.NEGATIVE_INFINITY;
  const all = calls.every(({ endAt }, index) => !Number.isFinite(endAt) || order.includes(index));
  return (
    all &&
    new Set(order).size === order.length &&
    order.every((index) => {
      const call = calls[index] as Call<Op>;
      const next = model.step(state, call.op);
      // It must not have ended before one that stands earlier in the order began.
      const inTime = call.endAt >= latestBegin;
      latestBegin = Math.max(latestBegin, call.at);
      state = next ?? state;
      return next !== undefined && inTime;
    })
  );
}

const callOf = <Op>(op: fc.Arbitrary<Op>, mayBeLost: (op: Op) => boolean) =>
  fc.record({ op, at: fc.integer({ min: 0, max: 12 }), took: fc.integer({ min: 0, max: 8 }), lost: fc.boolean() }).map(
    ({ op, at, took, lost }): Call<Op> => ({
      op,
      at,
      endAt: lost && mayBeLost(op) ? Number.POSITIVE_INFINITY : at + took,
    }),
  );
const value = fc.integer({ min: 1, max: 3 });
const registerOps: fc.Arbitrary<RegisterOp> = fc.oneof(
  value.map((wrote) => ({ wrote })),
  value.map((read) => ({ read })),
  fc.constant({ read: null }),
);
const registerCalls = fc.array(
  callOf(registerOps, (op) => 'wrote' in op),
  { maxLength: 7 },
);
const keyOps: fc.Arbitrary<KeyOp> = fc.oneof(
  fc.constantFrom('a', 'b').map((made) => ({ made })),
  fc.constant({}),
);
const keyCalls = fc
  .array(
    callOf(keyOps, () => false),
    { maxLength: 7 },
  )
  .map((calls) =>
    calls.map((call) => (call.op.made === undefined ? { ...call, endAt: Number.POSITIVE_INFINITY } : call)),
  );

describe('the search agrees with trying every order', () => {
  test.each([
    ['a register', registerCalls, REGISTER],
    ['an idempotency key', keyCalls, IDEMPOTENCY_KEY],
  ] as const)('on %s', (_, calls, model) => {
    const seen = { yes: 0, no: 0 };
    fc.assert(
      fc.property(calls as fc.Arbitrary<Call<never>[]>, (history) => {
        const found = linearize(history, model as Model<string, never>);
        const truth = bruteForce(history, model as Model<string, never>);
        expect(found.linearizable).toBe(truth);
        if (truth) expect(explains(history, model as Model<string, never>, found.order)).toBe(true);
        seen[truth ? 'yes' : 'no']++;
      }),
      { seed: 31, numRuns: 3_000 },
    );
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(200);
  });
});

const write = (wrote: number, at: number, endAt: number): Call<RegisterOp> => ({ op: { wrote }, at, endAt });
const read = (value: number | null, at: number, endAt: number): Call<RegisterOp> => ({
  op: { read: value },
  at,
  endAt,
});

test('a read that ended before it began is no excuse: real time counts', () => {
  expect(linearize([write(1, 0, 1), write(2, 2, 3), read(1, 4, 5)], REGISTER)).toMatchObject({
    linearizable: false,
    order: [0, 1],
    stuckAt: 2,
    state: '=2',
  });
  expect(linearize([write(1, 0, 1), write(2, 2, 4), read(1, 3, 5)], REGISTER).linearizable).toBe(true);
});

test('a write whose answer never came may have happened late', () => {
  const lost = write(2, 0, Number.POSITIVE_INFINITY);
  expect(linearize([lost, read(null, 1, 2), read(2, 50, 51)], REGISTER).linearizable).toBe(true);
  expect(linearize([lost, read(2, 1, 2), read(null, 50, 51)], REGISTER).linearizable).toBe(false);
});

test('a search that takes too many steps is given up, and says so', () => {
  const calls = Array.from({ length: 40 }, (_, index) => write(index, 0, 100));
  expect(linearize([...calls, read(99, 50, 100)], REGISTER, 2_000).linearizable).toBeUndefined();
});

test('a hundred thousand calls under one key, ten at a time, take seconds at most', () => {
  const random = seededRandom(7);
  let last = 0;
  const calls = Array.from({ length: 100_000 }, (_, index): Call<RegisterOp> => {
    const effectAt = index * 10;
    const span = { at: effectAt - random.integer(0, 50), endAt: effectAt + random.integer(0, 50) };
    if (index % 2 === 1) return { op: { read: last }, ...span };
    last = index;
    return { op: { wrote: index }, ...span };
  });
  const { user } = process.cpuUsage();
  expect(linearize(calls, REGISTER).linearizable).toBe(true);
  expect((process.cpuUsage().user - user) / 1_000).toBeLessThan(5_000);
  const wrong = calls.with(50_001, { ...(calls[50_001] as Call<RegisterOp>), op: { read: 49_000 } });
  expect(linearize(wrong, REGISTER)).toMatchObject({ linearizable: false });
});
