/** Readings shared by those who look at the same time. */
import { expect, test } from 'vitest';
import { fakeClock } from '../../../harness/core/index.ts';
import { sharedReading } from '../../../harness/experiment/shared-reading.ts';

/** A reading that takes 10 ms and answers how many there were. */
function reader(rest?: number) {
  const clock = fakeClock();
  let count = 0;
  const read = async () => {
    const number = ++count;
    await clock.delay(10);
    return number;
  };
  return { clock, count: () => count, look: sharedReading(read, { clock, ...(rest === undefined ? {} : { rest }) }) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('those who ask before it begins share a reading; who asks later gets the next one', async () => {
  const { clock, count, look } = reader();
  const first = [look(), look()];
  await turn();
  const second = [look(), look(), look()];
  expect(count()).toBe(1);
  await clock.advance(10);
  expect(await Promise.all(first)).toEqual([1, 1]);
  await turn();
  await clock.advance(10);
  expect(await Promise.all(second)).toEqual([2, 2, 2]);
});

test('a reading that fails is told to those who share it, and the next one begins anew', async () => {
  let count = 0;
  const look = sharedReading(async () => {
    if (++count === 1) throw new Error('not now');
    return count;
  });
  const first = [look(), look()];
  await expect(first[0]).rejects.toThrow('not now');
  await expect(first[1]).rejects.toThrow('not now');
  expect(await look()).toBe(2);
});

/** The same after one reading with a rest of 2. */
async function rested() {
  const after = reader(2);
  const first = after.look();
  await turn();
  await after.clock.advance(10);
  await first;
  return after;
}

test('with a rest of 2 the next reading that several wait for waits twice as long as the last one took', async () => {
  const { clock, count, look } = await rested();
  const second = [look(), look()];
  await turn();
  await clock.advance(19);
  expect(count()).toBe(1);
  await clock.advance(1);
  await clock.advance(10);
  expect(await Promise.all(second)).toEqual([2, 2]);
});

test('who looks alone looks again at once', async () => {
  const { clock, count, look } = await rested();
  const second = look();
  await turn();
  expect(count()).toBe(2);
  await clock.advance(10);
  expect(await second).toBe(2);
});
