/** Planning refuses what can't be judged; a check that crashes is unknown; a large history is judged quickly. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { RECIPES, threeOrders } from '../../../fixtures/histories/recipes.ts';
import { newStory, order, stateOf } from '../../../fixtures/histories/story.ts';
import { HISTORY_TOPOLOGY } from '../../../fixtures/histories/topology.ts';
import { defineCheck, judge, judgePlanned, planChecks } from '../../../harness/checks/index.ts';
import { loadCatalogue } from '../../../harness/core/index.ts';
import { inputOf } from './load-case.ts';

const refusal = (spec: { check: string; [option: string]: unknown }) =>
  planChecks([spec], HISTORY_TOPOLOGY).then(
    () => undefined,
    (error: { code: string; message: string; hint?: string }) => `${error.code}: ${error.message}; ${error.hint ?? ''}`,
  );

test.each([
  [{ check: 'exactly-onse' }, /^unknown-name: .*"exactly-onse".*exactly-once/],
  [{ check: 'recovery', within: 5 }, /^bad-config: check recovery.*withinMs/],
  [{ check: 'recovery', withinMs: -1 }, /^bad-config: .*withinMs.*-1/],
  [{ check: 'exactly-once', repeat: true }, /has no option "repeat"; did you mean repeats/],
  [{ check: 'breaker-conformance', edge: 'payment->pps' }, /no edge payment->pps; did you mean payment->psp/],
  [{ check: 'breaker-conformance', edge: 'shipping->carrier' }, /promises no breaker/],
  [{ check: 'fallback', edge: 'payment->psp' }, /promises no fallback/],
  [{ check: 'terminal-states', expect: { state: 'done' } }, /"done" is no terminal state/],
  [{ check: 'deadline' }, /operations at the door need withinMs/],
])('planning refuses %j', async (spec, text) => {
  expect(await refusal(spec)).toMatch(text);
});

test('a record with a hole proves nothing, neither kept nor broken', async () => {
  const story = threeOrders();
  const input = { ...inputOf(story.records, stateOf(story)), lostRecords: 12 };
  const verdicts = await judge([{ check: 'conservation' }, { check: 'terminal-states' }], input);
  expect(verdicts).toMatchObject([
    { check: 'conservation', status: 'unknown', reason: 'records-lost' },
    { check: 'terminal-states', status: 'unknown', summary: '12 records were lost before they could be read' },
  ]);
  expect(verdicts[0]?.evidence[0]).toMatch(/^from what is left: pass: /);
});

test('a check that crashes is unknown with its error, and the others are judged', async () => {
  const crashing = defineCheck({
    name: 'crashing',
    summary: 'crashes',
    options: z.strictObject({}),
    judge: () => {
      throw new TypeError('cannot read that');
    },
  });
  const story = threeOrders();
  const checks = [{ kind: crashing, options: {} }, ...(await planChecks([{ check: 'conservation' }]))];
  const [crashed, judged] = judgePlanned(checks, inputOf(story.records, stateOf(story)));
  expect(crashed).toMatchObject({ check: 'crashing', status: 'unknown', reason: 'check-crashed' });
  expect(crashed?.summary).toContain('cannot read that');
  expect(judged?.status).toBe('pass');
});

test('a history that is not in time order is judged as if it were', async () => {
  const story = RECIPES['breaker-conformance']?.ok() ?? newStory();
  const input = { ...inputOf(story.records, stateOf(story)), history: story.records.toReversed() };
  const [verdict] = await judge([{ check: 'breaker-conformance', edge: 'payment->psp' }], input);
  expect(verdict?.status).toBe('pass');
});

test('a check file that exports something else is refused with its name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-checks-'));
  await writeFile(join(folder, 'odd.js'), '');
  await writeFile(join(folder, 'stray.ts'), 'export default { name: "other" };');
  await expect(loadCatalogue(folder, 'check', (value) => value as { name: string })).rejects.toMatchObject({
    message: expect.stringContaining('stray'),
  });
  await rm(folder, { recursive: true });
});

test('a history of a hundred thousand records is judged in under a second of processor time', async () => {
  const story = newStory();
  for (let number = 1; number <= 3_500; number++) order(story, number, 'completed', number * 15);
  expect(story.records.length).toBeGreaterThan(100_000);
  const input = inputOf(story.records, stateOf(story));
  const specs = ['answered', 'conservation', 'exactly-once', 'nothing-lost', 'terminal-states'].map((check) => ({
    check,
  }));
  const before = process.cpuUsage();
  const verdicts = await judge(
    [...specs, { check: 'breaker-conformance', edge: 'payment->psp', expectTrip: false }],
    input,
  );
  const { user, system } = process.cpuUsage(before);
  expect(verdicts.map(({ status }) => status)).toEqual(Array(6).fill('pass'));
  expect((user + system) / 1000).toBeLessThan(1_000);
});
