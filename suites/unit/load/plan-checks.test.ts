/** Which checks a load is judged by. */
import { expect, test } from 'vitest';
import { HISTORY_TOPOLOGY as topology } from '../../../fixtures/histories/topology.ts';
import { checkCatalogue } from '../../../harness/checks/index.ts';
import { planLoadChecks } from '../../../harness/load/plan-checks.ts';

const plan = (...specs: Parameters<typeof planLoadChecks>[0]) => planLoadChecks(specs, topology);

test('what only the workload of the experiment would fulfil is not asked of a load', async () => {
  const { checks } = await plan({ check: 'terminal-states', expect: { state: 'completed' } });
  expect(checks).toMatchObject([{ options: { atLeast: 1 }, edges: [], requests: false }]);
  expect(checks[0]?.options).not.toHaveProperty('expect');
});

test('a check that both the scenario and the experiment ask for is judged once', async () => {
  const { checks } = await plan(
    { check: 'terminal-states' },
    { check: 'terminal-states', allowed: ['completed'] },
    { check: 'conservation' },
    { check: 'conservation' },
  );
  expect(checks.map(({ kind }) => kind.name)).toEqual(['terminal-states', 'conservation']);
});

test('checks that read exchanges name their edges, so that these are kept', async () => {
  const { checks } = await plan({ check: 'breaker-conformance', edge: 'payment->psp' }, { check: 'durable-produce' });
  expect(checks[0]?.edges).toEqual(['payment->psp']);
  expect(checks[1]?.edges.every((edge) => edge.endsWith('->kafka'))).toBe(true);
});

test('a check that says nothing under load is named with the reason', async () => {
  const { checks, notJudged } = await plan({ check: 'answered' }, { check: 'recovery', withinMs: 5_000 });
  expect(checks).toEqual([]);
  expect(notJudged.map(({ check }) => check)).toEqual(['answered', 'recovery']);
  for (const { why } of notJudged) expect(why.length).toBeGreaterThan(20);
});

test('recovery up to a success on an edge is judged under load', async () => {
  const { checks } = await plan({ check: 'recovery', withinMs: 5_000, until: 'success', edge: 'payment->psp' });
  expect(checks).toMatchObject([{ edges: ['payment->psp'] }]);
});

test('every check says what it means under load, or why it says nothing', async () => {
  const { entries } = await checkCatalogue();
  const silent = [...entries.values()].filter(({ underLoad }) => underLoad === undefined).map(({ name }) => name);
  expect(silent).toEqual([]);
});
