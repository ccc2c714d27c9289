/** The histogram of latencies: what it tells is right to its stated resolution, and merging loses nothing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { percentile } from '../../../harness/checks/case-view.ts';
import { createHistogram, LATENCY_RESOLUTION } from '../../../harness/load/index.ts';

const SHARES = [0.01, 0.5, 0.9, 0.95, 0.99, 1];
/** From a microsecond to ten minutes; whole microseconds, as fine as it counts. */
const latency = fc.integer({ min: 1, max: 600_000_000 }).map((micros) => micros / 1_000);
const latencies = fc.array(latency, { minLength: 1, maxLength: 300 });

function histogramOf(values: readonly number[]) {
  const histogram = createHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

/** The stated bound: half a slot of the value, or half a microsecond. */
function isWithinResolution(measured: number | undefined, exact: number): boolean {
  return Math.abs((measured ?? Number.NaN) - exact) <= Math.max(exact * LATENCY_RESOLUTION * 0.51, 0.000_51);
}

test('percentiles are those of the samples, within the resolution', () => {
  fc.assert(
    fc.property(latencies, fc.constantFrom(...SHARES), (values, share) =>
      isWithinResolution(histogramOf(values).percentile(share), percentile(values, share)),
    ),
  );
});

test('percentiles of merged histograms are those of the joined samples, within the resolution', () => {
  const parts = fc.array(latencies, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(parts, fc.constantFrom(...SHARES), (samples, share) => {
      const merged = createHistogram();
      for (const values of samples) merged.merge(histogramOf(values));
      return isWithinResolution(merged.percentile(share), percentile(samples.flat(), share));
    }),
  );
});

test('merging is adding: in any order, and by way of plain data, the slots are the same', () => {
  fc.assert(
    fc.property(latencies, latencies, (a, b) => {
      const forth = histogramOf(a);
      forth.merge(histogramOf(b));
      const back = createHistogram(JSON.parse(JSON.stringify(histogramOf(b).slots())));
      back.merge(histogramOf(a));
      expect(back.slots()).toEqual(forth.slots());
      expect(forth.slots()).toEqual(histogramOf([...a, ...b]).slots());
    }),
  );
});

test('its size depends on the range of the values, not on how many there are', () => {
  const histogram = createHistogram();
  for (let value = 0; value < 200_000; value++) histogram.add(5 + (value % 2_000) / 10);
  expect(histogram.count).toBe(200_000);
  expect(histogram.slots().length).toBeLessThan(2_001);
});

test('an empty one has no percentile', () => {
  expect(createHistogram().percentile(0.5)).toBeUndefined();
});
