/** Work done together: what is one piece, what is not, and who hears of a failure. */
import { expect, test } from 'vitest';
import { systemClock } from '../../../harness/core/index.ts';
import { together } from '../../../services-under-test/kit/together.ts';

/** Items are `key:number`; a piece of work that holds a `bad` one fails as a whole. */
function pieces(options: { readonly mostItems?: number; readonly gatherMs?: number } = {}) {
  const done: string[][] = [];
  const put = together<string>({
    keyOf: (item) => item.split(':')[0] ?? '',
    ...options,
    work: async (items) => {
      done.push([...items]);
      const bad = items.find((item) => item.startsWith('bad'));
      if (bad !== undefined) throw new Error(`no place for ${bad}`);
    },
  });
  return { done, put };
}

test('what is asked for in a moment is one piece of work, and what comes meanwhile is the next', async () => {
  const { done, put } = pieces();
  const first = Promise.all([put('a:1'), put('b:1')]);
  const next = first.then(() => Promise.all([put('c:1'), put('d:1'), put('e:1')]));
  await next;
  expect(done).toEqual([
    ['a:1', 'b:1'],
    ['c:1', 'd:1', 'e:1'],
  ]);
});

test('the first waits for others as long as it may', async () => {
  const { done, put } = pieces({ gatherMs: 200 });
  const first = put('a:1');
  await systemClock.delay(20);
  expect(done).toEqual([]);
  await Promise.all([first, put('b:1')]);
  expect(done).toEqual([['a:1', 'b:1']]);
});

test('two of one key are done one after the other', async () => {
  const { done, put } = pieces();
  await Promise.all([put('a:1'), put('a:2'), put('b:1'), put('a:3')]);
  expect(done).toEqual([['a:1', 'b:1'], ['a:2'], ['a:3']]);
});

test('one that cannot be done fails alone', async () => {
  const { done, put } = pieces();
  const results = await Promise.allSettled([put('a:1'), put('bad:1'), put('b:1')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(done).toEqual([['a:1', 'bad:1', 'b:1'], ['a:1'], ['bad:1'], ['b:1']]);
  await expect(put('bad:2')).rejects.toThrow('no place for bad:2');
  await put('c:1');
});

test('a piece of work has a most', async () => {
  const { done, put } = pieces({ mostItems: 2 });
  await Promise.all(['a:1', 'b:1', 'c:1', 'd:1', 'e:1'].map(put));
  expect(done.map(({ length }) => length)).toEqual([2, 2, 1]);
});
