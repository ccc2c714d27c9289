/** Who is behind on what, and when nobody is any more. */
import { expect, test } from 'vitest';
import { lagTracker } from '../../../harness/wire/lag.ts';

test('lag is the known end of a partition against the last commit of a group', () => {
  const lag = lagTracker();
  lag.produced('orders', 0, 5);
  lag.produced('orders', 0, 3);
  lag.committed('stock', 'orders', 0, 4);
  lag.committed('mail', 'orders', 0, 5);
  lag.committed('mail', 'orders', 1, 2);
  expect(lag.list()).toEqual([
    { group: 'stock', topic: 'orders', partition: 0, end: 5, committed: 4 },
    { group: 'mail', topic: 'orders', partition: 0, end: 5, committed: 5 },
    { group: 'mail', topic: 'orders', partition: 1, end: 2, committed: 2 },
  ]);
});

const AT = { group: 'looker', topic: 'orders', partition: 0 };
const behind = { ...AT, end: 5, committed: 0 };

/** A group of two that reads a partition of five records from its beginning, with nothing stored for it. */
function looker() {
  const lag = lagTracker();
  lag.produced('orders', 0, 5);
  lag.joined('looker', 'one', 7);
  lag.joined('looker', 'two', 7);
  lag.readsFrom(AT, 0, false);
  return lag;
}

test('a group that never commits is forgotten when the last of its members has left', () => {
  const lag = looker();
  lag.left('looker', 'one');
  expect(lag.list()).toEqual([behind]);
  lag.left('looker', 'two');
  expect(lag.list()).toEqual([]);
});

test('a fetch that was under way meanwhile does not bring it back; its next life is seen again', () => {
  const lag = looker();
  lag.left('looker', 'one');
  lag.left('looker', 'two');
  lag.readsFrom(AT, 0, false);
  expect(lag.list()).toEqual([]);
  lag.joined('looker', 'three', 9);
  lag.readsFrom(AT, 0, false);
  expect(lag.list()).toEqual([behind]);
});

test('a member that died without a word counts until the group has gone on without it', () => {
  const lag = looker();
  lag.left('looker', 'two');
  expect(lag.list()).toEqual([behind]);
  lag.joined('looker', 'three', 8);
  lag.left('looker', 'three');
  expect(lag.list()).toEqual([]);
});

test.each(['by a commit', 'and told by the broker'])('a group for which an offset is stored %s stays behind', (how) => {
  const lag = looker();
  if (how === 'by a commit') lag.committed('looker', 'orders', 0, 2);
  else lag.readsFrom({ ...AT, partition: 1 }, 3, true);
  lag.left('looker', 'one');
  lag.left('looker', 'two');
  expect(lag.list()).not.toEqual([]);
});

test('a group that was deleted is behind on nothing', () => {
  const lag = looker();
  lag.committed('looker', 'orders', 0, 2);
  lag.deleted('looker');
  expect(lag.list()).toEqual([]);
});
