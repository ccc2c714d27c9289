/** Every check passes the history that is called ok, fails the one that is called bad, and says unknown where there is nothing to judge. */
import { describe, expect, test } from 'vitest';
import { RECIPES } from '../../../fixtures/histories/recipes.ts';
import { checkCatalogue } from '../../../harness/checks/index.ts';
import { inputOf, judgeInput, recorded } from './load-case.ts';

const { names } = await checkCatalogue().then(({ entries }) => ({ names: [...entries.keys()] }));

describe.each(names)('%s', (name) => {
  const recipe = RECIPES[name];

  test('has a recipe', () => {
    expect(recipe).toBeDefined();
  });

  test.each(['ok', 'bad'] as const)('judges its %s history so', async (kind) => {
    const control = recipe?.control ? { control: (await recorded(`${name}-control`)).history } : {};
    const quiet = recipe?.quietAfterMs ? { quietAfterMs: recipe.quietAfterMs[kind] } : {};
    const verdict = await judgeInput(
      recipe?.spec ?? { check: name },
      await recorded(`${name}-${kind}`, { ...control, ...quiet }),
    );
    expect(verdict).toMatchObject({ check: name, status: kind === 'ok' ? 'pass' : 'fail' });
    if (kind === 'bad') expect(verdict.reason).toBeDefined();
  });

  test('answers unknown for a case without data, never pass', async () => {
    const empty = inputOf([], { entities: [], entries: [], pending: [] });
    expect(await judgeInput(recipe?.spec ?? { check: name }, empty)).toMatchObject({
      status: 'unknown',
      reason: 'no-data',
    });
  });
});
