/** Scenarios: those we ship are whole, unknown ones are refused with the nearest names, bad ones with one sentence. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findScenario, listScenarios } from '../../../harness/load/index.ts';
import { tempFolder } from '../setup/temp.ts';

const SHIPPED = join(import.meta.dirname, '../../../fixtures/load');

async function folderWith(name: string, options: object, script = true): Promise<string> {
  const folder = tempFolder();
  await mkdir(join(folder, 'options'));
  await writeFile(join(folder, 'options', `${name}.ts`), `export default ${JSON.stringify(options)};`);
  if (script) await writeFile(join(folder, `${name}.ts`), 'export default function () {}');
  return folder;
}

const GOOD = { name: 'own', description: 'x', door: 'gateway', rate: 1, durationMs: 5_000 };

test('every shipped scenario has its script, and lasts no longer than a minute unless asked', async () => {
  const scenarios = await listScenarios(SHIPPED);
  expect(scenarios.map(({ name }) => name)).toEqual([
    'breakpoint',
    'checkout',
    'flash-sale',
    'ramp',
    'smoke',
    'soak',
    'spike',
  ]);
  for (const { name, durationMs } of scenarios) {
    expect((await findScenario(SHIPPED, name)).file).toBe(join(SHIPPED, `${name}.ts`));
    expect(durationMs).toBeLessThanOrEqual(60_000);
  }
});

test('an unknown scenario is refused with the nearest name', async () => {
  await expect(findScenario(SHIPPED, 'flash-sail')).rejects.toMatchObject({
    code: 'unknown-name',
    message: 'there is no load scenario named "flash-sail"',
    hint: 'did you mean flash-sale?',
  });
});

test.each([
  ['no door', { ...GOOD, door: undefined }, 'needs a name and a door'],
  ['a rate of nothing', { ...GOOD, rate: 0 }, 'its rate must be above 0, not 0'],
  ['no length', { ...GOOD, durationMs: 10 }, 'its durationMs must be 1000 or more, not 10'],
  ['a target of all', { ...GOOD, target: 1 }, 'its target must lie between 0 and 1, not 1'],
  ['a threshold on nothing', { ...GOOD, thresholds: ['p96<5'] }, 'on the metric p96, which no load has'],
])('a scenario with %s is refused', async (_what, options, sentence) => {
  const folder = await folderWith('own', options);
  await expect(findScenario(folder, 'own')).rejects.toThrow(sentence);
});

test('a scenario without a script is refused', async () => {
  const folder = await folderWith('own', GOOD, false);
  await expect(findScenario(folder, 'own')).rejects.toThrow(`the scenario own has no script at ${folder}`);
});
