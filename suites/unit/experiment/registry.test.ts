/** Choosing experiments by name. */
import { expect, test } from 'vitest';
import { type Experiment, selectExperiments } from '../../../harness/experiment/index.ts';

const named = (name: string, file: string): Experiment => ({
  name,
  slug: file,
  file: `suites/chaos/${file}.chaos.ts`,
  hypothesis: '',
  faults: [],
  checks: [],
  workload: async () => undefined,
});
const all = [
  named('a slow psp trips the breaker', 'slow-psp'),
  named('psp down frees stock', 'psp-down'),
  named('twins', 'twins'),
];
const files = (filters: string[]) =>
  selectExperiments(all, filters).map(({ file }) => file.replace(/^.*\/|\.chaos\.ts$/g, ''));

test('no filter selects everything', () => {
  expect(files([])).toEqual(['slow-psp', 'psp-down', 'twins']);
});

test('a word selects every experiment whose name holds it', () => {
  expect(files(['psp'])).toEqual(['slow-psp', 'psp-down']);
});

test('a short file name selects that one only', () => {
  expect(files(['psp-down'])).toEqual(['psp-down']);
});

test('an unknown name is refused with the nearest', () => {
  expect(() => files(['twinz'])).toThrow(/no experiment matches "twinz"/);
});
