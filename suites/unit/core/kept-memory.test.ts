/** What a process keeps is seen through the garbage that it makes. */
import { expect, test } from 'vitest';
import { keptBytes } from '../../../harness/core/index.ts';

const MIB = 1_048_576;

test('garbage is not counted, what is held is, on the heap and beside it', () => {
  const before = keptBytes();
  for (let index = 0; index < 200; index++) Array.from({ length: 10_000 }, () => ({ index }));
  expect(keptBytes() - before).toBeLessThan(2 * MIB);
  const held = [Array.from({ length: 100_000 }, (_, index) => ({ index })), Buffer.alloc(4 * MIB)];
  expect(keptBytes() - before).toBeGreaterThan(5 * MIB);
  held.length = 0;
  expect(keptBytes() - before).toBeLessThan(2 * MIB);
});
