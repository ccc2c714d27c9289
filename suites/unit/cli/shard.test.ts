/** A run is split by names alone: every machine makes the same parts, and nothing is lost or done twice. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { itemsOfShard, shardInfo, shardOption } from '../../../harness/cli/shard.ts';

const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 20 });

test('parts together are the whole, whatever the order of the names, and differ by one at most', () => {
  fc.assert(
    fc.property(names, fc.integer({ min: 1, max: 25 }), (all, of) => {
      const parts = Array.from({ length: of }, (_, index) => shardInfo(all, { index: index + 1, of }));
      expect(parts.flatMap(({ mine }) => mine).sort()).toEqual(all.toSorted());
      const sizes = parts.map(({ mine }) => mine.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect(shardInfo(all.toReversed(), { index: 1, of })).toEqual(parts[0]);
    }),
  );
});

test('a part keeps the order in which its items were given', () => {
  const info = shardInfo(['c', 'a', 'b'], { index: 1, of: 2 });
  expect(info).toEqual({ index: 1, of: 2, planned: ['a', 'b', 'c'], mine: ['a', 'c'] });
  expect(itemsOfShard(['c', 'a', 'b'], (name) => name, info)).toEqual(['c', 'a']);
  expect(itemsOfShard(['c', 'a'], (name) => name, undefined)).toEqual(['c', 'a']);
});

test('more parts than names leave empty ones', () => {
  expect(shardInfo(['a'], { index: 2, of: 2 }).mine).toEqual([]);
});

test('an option that is no shard is refused with the value', () => {
  expect(shardOption('2/4')).toEqual({ index: 2, of: 4 });
  for (const wrong of ['2', '2/', '/4', 'a/b', '2/4/6', '-1/4', '2 / 4', ''])
    expect(() => shardOption(wrong)).toThrow(`"${wrong}" is not a shard`);
  expect(() => shardOption('0/4')).toThrow('from 1 to 4');
  expect(() => shardOption('5/4')).toThrow('from 1 to 4');
  expect(() => shardOption('1/0')).toThrow('1 to 1000 shards');
});
