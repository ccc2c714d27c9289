/** Every check passes what is in order, fails what is not, told and recorded, and says unknown where there is nothing to judge. */
import { describe, expect, test } from 'vitest';
import { RECIPES } from '../../../fixtures/histories/recipes.ts';
import { checkCatalogue } from '../../../harness/checks/index.ts';
import { inputOf, judgeInput, judgeStory, recorded } from './load-case.ts';

const { names } = await checkCatalogue().then(({ entries }) => ({ names: [...entries.keys()] }));

describe.each(names)('%s', (name) => {
  const recipe = RECIPES[name];
  const spec = recipe?.spec ?? { check: name };

  test('has a recipe', () => {
    expect(recipe).toBeDefined();
  });

  test('passes its ok history', async () => {
    const control = recipe?.control ? { control: (await recorded(`${name}-control`)).history } : {};
    const quiet = recipe?.quietAfterMs ? { quietAfterMs: recipe.quietAfterMs.ok } : {};
    const verdict = await judgeInput(spec, await recorded(`${name}-ok`, { ...control, ...quiet }));
    expect(verdict).toMatchObject({ check: name, status: 'pass' });
  });

  test('fails the story that is told to be bad', async () => {
    if (recipe === undefined) throw new Error(`there is no recipe for ${name}`);
    const control = recipe.control ? { control: recipe.control().records } : {};
    const quiet = recipe.quietAfterMs ? { quietAfterMs: recipe.quietAfterMs.bad } : {};
    const verdict = await judgeStory(spec, recipe.bad(), { ...control, ...quiet });
    expect(verdict).toMatchObject({ check: name, status: 'fail' });
    expect(verdict.reason).toBeDefined();
  });

  test('answers unknown for a case without data, never pass', async () => {
    const empty = inputOf([], { entities: [], entries: [], pending: [] });
    expect(await judgeInput(spec, empty)).toMatchObject({ status: 'unknown', reason: 'no-data' });
  });
});
