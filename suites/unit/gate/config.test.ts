/** The configuration is read from the folder of the project, has defaults, and is refused with one sentence where it is wrong. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadGateConfig } from '../../../harness/gate/index.ts';
import { rules } from './judge-with.ts';

const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A project with these files. */
async function project(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-config-'));
  made.push(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

describe('a configuration', () => {
  test('that is absent leaves every rule at its default, and nothing quarantined', async () => {
    const config = await loadGateConfig(rules, await project({}));
    expect(config.rules.map(({ rule, level }) => [rule.name, level])).toEqual(
      rules.map(({ name, level }) => [name, level]),
    );
    expect(config.rules.find(({ rule }) => rule.name === 'recovery')?.options).toEqual({
      withinMs: 15_000,
      experiments: {},
    });
    expect(config.quarantine).toEqual([]);
  });

  test('in TypeScript sets levels alone, or with options; both places of the quarantine count', async () => {
    const text = `const level: string = 'warn';
      export default { gate: { rules: { verdicts: level, recovery: { withinMs: 3_000 }, edges: { level: 'error', atLeast: 0.8 } } }, quarantine: [{ a: 1 }] };`;
    const folder = await project({ 'faultline.config.ts': text, 'faultline.quarantine.json': '[{ "b": 2 }]' });
    const { rules: set, quarantine } = await loadGateConfig(rules, folder);
    const of = (name: string) => set.find(({ rule }) => rule.name === name);
    expect(of('verdicts')).toMatchObject({ level: 'warn' });
    expect(of('recovery')).toMatchObject({ level: 'error', options: { withinMs: 3_000 } });
    expect(of('edges')).toMatchObject({ level: 'error', options: { atLeast: 0.8, except: [] } });
    expect(quarantine).toEqual([{ a: 1 }, { b: 2 }]);
  });

  test('can be named by its file', async () => {
    const folder = await project({ 'other.ts': 'export default { gate: { rules: { flakes: { most: 3 } } } };' });
    const { rules: set } = await loadGateConfig(rules, folder, join(folder, 'other.ts'));
    expect(set.find(({ rule }) => rule.name === 'flakes')?.options).toEqual({ most: 3 });
  });
});

describe('is refused with one sentence', () => {
  const config = (body: string) => ({ 'faultline.config.ts': body });
  test.each<[name: string, files: Record<string, string>, sentence: string]>([
    ['without a default export', config('export const gate = {};'), 'has no default export'],
    ['that is not TypeScript', config('export default {'), 'cannot be loaded'],
    ['that throws', config("throw new Error('no');"), 'cannot be loaded: no'],
    ['with an unknown member', config('export default { gates: {} };'), 'Unrecognized key: "gates"'],
    [
      'with an unknown rule',
      config("export default { gate: { rules: { verdict: 'off' } } };"),
      'there is no rule named "verdict"',
    ],
    [
      'with an unknown level',
      config("export default { gate: { rules: { flakes: 'red' } } };"),
      'gate.rules.flakes.level',
    ],
    [
      'with an unknown option',
      config('export default { gate: { rules: { flakes: { least: 1 } } } };'),
      'Unrecognized key: "least"',
    ],
    [
      'with a value out of range',
      config('export default { gate: { rules: { edges: { atLeast: 50 } } } };'),
      'gate.rules.edges.atLeast',
    ],
    ['with a quarantine that is no list', config("export default { quarantine: 'a' };"), 'quarantine'],
    [
      'with a quarantine file that is cut',
      { 'faultline.quarantine.json': '[{' },
      'faultline.quarantine.json: is not JSON',
    ],
    ['with a quarantine file that is no list', { 'faultline.quarantine.json': '{}' }, 'is not a list of entries'],
  ])('%s', async (_, files, sentence) => {
    const thrown = await loadGateConfig(rules, await project(files)).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'bad-config', exitCode: 64, hint: expect.any(String) });
    expect(String((thrown as Error).message)).toContain(sentence);
    expect((thrown as Error).message).not.toContain('\n');
  });

  test('an unknown rule offers the nearest', async () => {
    const folder = await project({ 'faultline.config.ts': "export default { gate: { rules: { verdict: 'off' } } };" });
    await expect(loadGateConfig(rules, folder)).rejects.toMatchObject({ hint: expect.stringContaining('verdicts') });
  });

  test('a file that was named and is not there', async () => {
    const folder = await project({});
    await expect(loadGateConfig(rules, folder, join(folder, 'none.ts'))).rejects.toMatchObject({ code: 'bad-config' });
  });
});
