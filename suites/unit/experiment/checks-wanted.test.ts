/** What a case is watched for beyond the plain record follows from the checks that judge it. */
import { expect, test } from 'vitest';
import { isWanted } from '../../../harness/experiment/checks-wanted.ts';
import type { Experiment } from '../../../harness/experiment/define.ts';

type Checks = Pick<Experiment, 'checks' | 'controlChecks'>;

const wanted = async (asked: Checks) => {
  const experiment = asked as Experiment;
  return [await isWanted('looksAtUsage', experiment), await isWanted('keepsShapes', experiment)];
};

test('what services hold is noted for a check of leaks, shapes are kept for one of documents, nothing for others', async () => {
  expect(await wanted({ checks: [{ check: 'nothing-lost' }] })).toEqual([false, false]);
  expect(await wanted({ checks: [{ check: 'nothing-lost' }, { check: 'no-leak' }] })).toEqual([true, false]);
  expect(await wanted({ checks: [{ check: 'documented' }] })).toEqual([false, true]);
});

test('checks of the control run count as well', async () => {
  const asked = { checks: [{ check: 'nothing-lost' }], controlChecks: [{ check: 'no-leak' }] };
  expect(await wanted(asked)).toEqual([true, false]);
});
