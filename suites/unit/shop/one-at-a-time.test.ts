/** Work one piece after the other: none beside another, and none left behind, whenever it comes. */
import { expect, test } from 'vitest';
import { oneAtATime } from '../../../services-under-test/kit/one-at-a-time.ts';

function worker() {
  const waiting: string[] = [];
  const done: string[] = [];
  let beside = 0;
  const { wake, idle } = oneAtATime(
    () => waiting.length > 0,
    async () => {
      const item = waiting.shift() ?? '';
      beside++;
      await Promise.resolve();
      done.push(`${item}${' beside another'.repeat(beside - 1)}`);
      beside--;
    },
  );
  const put = (item: string) => {
    waiting.push(item);
    wake();
  };
  return { done, idle, put };
}

test('what comes while a piece is under way is done after it', async () => {
  const { done, idle, put } = worker();
  for (const item of ['a', 'b', 'c']) put(item);
  await idle();
  expect(done).toEqual(['a', 'b', 'c']);
});

test.each(Array.from({ length: 12 }, (_, turns) => turns))(
  'what comes %i turns after the last piece began is not left behind',
  async (turns) => {
    const { done, idle, put } = worker();
    put('first');
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    put('next');
    await idle();
    expect(done).toEqual(['first', 'next']);
  },
);

test('without work nothing is under way', async () => {
  const { wake, idle } = oneAtATime(
    () => false,
    () => Promise.reject(new Error('there was no work')),
  );
  wake();
  await idle();
});
