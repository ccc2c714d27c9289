/** Holds and delays: told once, released once, never for ever. */
import { expect, test } from 'vitest';
import { fakeClock, LIMITS, type WireRule } from '../../../harness/core/index.ts';
import { createHolds } from '../../../harness/wire/holds.ts';

const rule = (id: string): WireRule => ({ id, edge: 'a->b', trigger: {}, action: { do: 'hold' } });
const facts = (operation: string) => ({ operation, header: () => undefined });
const signal = () => new AbortController().signal;

test('each held exchange is told once, in order, to whoever asks next', async () => {
  const holds = createHolds(fakeClock());
  const [first, second] = [holds.hold(rule('r'), facts('A')), holds.hold(rule('r'), facts('B'))];
  const a = await holds.next('r', 10, signal());
  const b = await holds.next('r', 10, signal());
  expect([a?.operation, b?.operation]).toEqual(['A', 'B']);
  holds.release(b?.token ?? '', { how: 'drop', leaveGroup: true });
  expect(await second).toEqual({ how: 'drop', leaveGroup: true });
  holds.release(a?.token ?? '', { how: 'forward', leaveGroup: false });
  expect(await first).toEqual({ how: 'forward', leaveGroup: false });
  expect(() => holds.release(a?.token ?? '', { how: 'drop', leaveGroup: false })).toThrow('nothing is held');
});

test('who waits first gets the exchange that comes later; other rules are not told', async () => {
  const clock = fakeClock();
  const holds = createHolds(clock);
  const waiting = holds.next('r', 1_000, signal());
  holds.hold(rule('other'), facts('X'));
  holds.hold(rule('r'), facts('A'));
  expect((await waiting)?.operation).toBe('A');
  const late = holds.next('r', 1_000, signal());
  await clock.advance(1_000);
  expect(await late).toBeUndefined();
});

test('a hold that nobody releases goes on by itself', async () => {
  const clock = fakeClock();
  const held = createHolds(clock).hold(rule('r'), facts('A'));
  await clock.advance(LIMITS.holdMs);
  expect(await held).toEqual({ how: 'forward', leaveGroup: false });
});

test('more holds than the limit are let go at once', async () => {
  const holds = createHolds(fakeClock());
  for (let count = 0; count < LIMITS.holds; count++) holds.hold(rule('r'), facts('A'));
  expect(await holds.hold(rule('r'), facts('B'))).toEqual({ how: 'forward', leaveGroup: false });
});

test('healing a rule ends its holds and its delays, and nobody else’s', async () => {
  const clock = fakeClock();
  const holds = createHolds(clock);
  const held = holds.hold(rule('r'), facts('A'));
  const delayed = holds.wait(rule('r'), 5_000, signal());
  const other = holds.wait(rule('other'), 5_000, signal());
  holds.healed('r');
  expect(await held).toEqual({ how: 'forward', leaveGroup: false });
  expect(await delayed).toBe('healed');
  await clock.advance(5_000);
  expect(await other).toBe('over');
});

test('a delay ends with its connection', async () => {
  const cutting = new AbortController();
  const delayed = createHolds(fakeClock()).wait(rule('r'), 5_000, cutting.signal);
  cutting.abort();
  expect(await delayed).toBe('cut');
});

test('closing drops what is held', async () => {
  const holds = createHolds(fakeClock());
  const held = holds.hold(rule('r'), facts('A'));
  holds.close();
  expect(await held).toEqual({ how: 'drop', leaveGroup: false });
});
