/** Memory over a load: samples of this process and of another, never many. */
import { expect, test } from 'vitest';
import { memorySampler } from '../../../harness/load/memory.ts';

test('however long a load is, samples stay few and cover all of it', () => {
  const sampler = memorySampler(process.pid, 40);
  for (let second = 0; second < 3_000; second++) sampler.sample(second * 1_000);
  const { samples = [], startBytes, peakBytes } = sampler.result();
  expect(samples.length).toBeLessThan(40);
  expect(samples.length).toBeGreaterThanOrEqual(19);
  expect(samples[0]?.fromMs).toBe(0);
  expect(samples.at(-1)?.fromMs).toBeGreaterThan(2_700_000);
  expect(peakBytes).toBeGreaterThanOrEqual(startBytes);
});

test.runIf(process.platform === 'linux')('the memory of another process is told, and nothing where it is gone', () => {
  const own = memorySampler(process.pid);
  own.sample(0);
  expect(own.result().samples?.[0]?.wireBytes).toBeGreaterThan(10_000_000);
  const gone = memorySampler(2 ** 22 + 1);
  gone.sample(0);
  expect(gone.result().samples?.[0]).not.toHaveProperty('wireBytes');
});
