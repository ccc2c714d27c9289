/** What was counted at one commit is not mixed with what is counted at another. */
import { expect, test } from 'vitest';
import { type Found, goOn } from '../../full/progress.ts';

const before: Found = {
  shape: 4,
  commits: { soak: 'aaa', defects: 'aaa' },
  scoped: { of: 100, falseAlarms: [], unknown: 0, rerunAlone: 0, tookMs: 1_000 },
  alone: { of: 10, falseAlarms: [], unknown: 0, tookMs: 1_000 },
  verdicts: { refusals: { pass: 10, fail: 0, unknown: 0 } },
  soak: [],
  defects: { one: { of: 1, found: 0, check: 'stock' } },
};

test('a run at the same commit goes on', () => {
  expect(goOn(before, 'aaa', ['soak', 'defects'])).toEqual(before);
});

test('at another commit what is measured begins again, and what is not keeps its commit', () => {
  const onlyDefects = goOn(before, 'bbb', ['defects']);
  expect(onlyDefects).toEqual({ ...before, defects: {}, commits: { soak: 'aaa', defects: 'bbb' } });
  const onlySoak = goOn(before, 'bbb', ['soak']);
  expect(onlySoak).toMatchObject({ scoped: { of: 0 }, alone: { of: 0 }, verdicts: {}, defects: before.defects });
  expect(onlySoak.commits).toEqual({ soak: 'bbb', defects: 'aaa' });
});

test('both anew, nothing of before is left, not even what was missed', () => {
  const anew = goOn(before, 'bbb', ['soak', 'defects']);
  expect(anew).toMatchObject({ scoped: { of: 0 }, defects: {}, commits: { soak: 'bbb', defects: 'bbb' } });
});
