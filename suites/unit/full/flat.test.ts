/** What a lab holds is flat, or grew from the first third of the looks to the last. */
import { expect, test } from 'vitest';
import { growthOf } from '../../full/flat.ts';
import type { Look } from '../../full/leftovers.ts';

const look = (more: Partial<Look> = {}): Look => ({
  ...{ processes: 30, connections: 60, topics: 7, descriptors: 900, memory: { order: 60, wire: 100 } },
  kept: { harness: 35, wire: 12 },
  ...more,
});
const notFlat = (looks: readonly Look[]) => growthOf(looks).flatMap(({ what, flat }) => (flat ? [] : [what]));

test('what goes up and down is flat', () => {
  const looks = Array.from({ length: 30 }, (_, index) =>
    look({ processes: 30 + (index % 5), memory: { order: 60 + (index % 7) * 6, wire: 100 } }),
  );
  expect(notFlat(looks)).toEqual([]);
});

test('what grows a little with every round is not', () => {
  const looks = Array.from({ length: 30 }, (_, index) =>
    look({ connections: 60 + index, topics: 7 + Math.floor(index / 10), memory: { order: 60 + index * 3, wire: 100 } }),
  );
  expect(notFlat(looks)).toEqual(['connections', 'topics', 'memory of order']);
});

test('room that an engine takes at the beginning is no growth', () => {
  const room = [70, 104, 138, 153, 154, 154, 154, 155, 154];
  expect(notFlat(room.map((wire) => look({ memory: { order: 60, wire } })))).toEqual([]);
});

test('memory that is kept from case to case is not, long before the process holds more of it', () => {
  const perCase = 12 / 1_024;
  const soaked = (leak: Readonly<Record<string, number>>) =>
    Array.from({ length: 10 }, (_, index) => {
      const cases = (index + 1) * 110;
      const of = (part: string, kept: number) => kept + cases * (leak[part] ?? 0);
      return look({ kept: { harness: of('harness', 35), wire: of('wire', 12) } });
    });
  expect(notFlat(soaked({}))).toEqual([]);
  expect(notFlat(soaked({ wire: perCase }))).toEqual(['kept by wire']);
  expect(notFlat(soaked({ harness: perCase }))).toEqual(['kept by harness']);
});

test('files that pools open and close are no growth, one that every fiftieth case leaves open is', () => {
  const soaked = (leak: number) => {
    const sawtooth = [2_220, 1_832, 1_932, 2_115, 2_012, 1_955, 1_886, 1_935, 1_979, 1_959];
    const later = [2_199, 1_943, 2_006, 2_178, 2_059, 2_059, 2_099, 2_093, 1_976, 1_832];
    const last = [2_080, 1_846, 1_964, 2_166, 1_887, 2_027, 2_184, 2_061, 1_913, 1_929];
    return [...sawtooth, ...later, ...last].map((seen, index) => look({ descriptors: seen + leak * index * 120 }));
  };
  expect(notFlat(soaked(0))).toEqual([]);
  expect(notFlat(soaked(1 / 50))).toEqual(['open files and sockets']);
});

test('a few looks say nothing', () => {
  expect(growthOf([look(), look()])).toEqual([]);
});
