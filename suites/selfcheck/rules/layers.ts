/** Import direction: which module of the harness may import which, and that modules meet at their `index.ts`. */
import { dirname, join, normalize } from 'node:path/posix';
import type { ProjectFile, Violation } from '../project-files.ts';

/**
 * What each module of the harness may import beside itself. `wire`, `checks`, `history` and `report` stand on `core` alone:
 * the first is a process of its own, the others judge and show saved runs without booting anything.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  wire: ['core'],
  checks: ['core'],
  history: ['core'],
  report: ['core'],
  gate: ['core', 'report'],
  topology: ['core'],
  setup: ['core', 'topology'],
  runtime: ['core', 'topology', 'setup', 'wire'],
  faults: ['core', 'topology', 'setup', 'runtime', 'wire'],
  experiment: ['core', 'topology', 'setup', 'runtime', 'wire', 'faults', 'checks', 'history'],
  load: ['core', 'topology', 'setup', 'runtime', 'wire', 'faults', 'experiment', 'checks', 'history'],
  contracts: ['core', 'topology', 'setup', 'runtime', 'wire', 'faults', 'experiment'],
  defects: ['core', 'topology', 'setup', 'runtime', 'wire', 'faults', 'experiment', 'checks', 'history'],
  cli: [
    ...['core', 'topology', 'setup', 'runtime', 'wire', 'faults', 'experiment', 'contracts', 'checks', 'history'],
    ...['defects', 'load', 'report', 'gate'],
  ],
};

/** Top-level folders that code of a top-level folder may import. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  harness: ['harness'],
  'services-under-test': ['services-under-test'],
  fixtures: ['fixtures', 'harness', 'services-under-test'],
  suites: ['suites', 'fixtures', 'harness', 'services-under-test'],
};

const IMPORT =
  /(?:^|[\s;}])(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*['"](\.{1,2}\/[^'"]+)['"]|\bimport\(\s*(?:\/\*.*?\*\/\s*)?['"](\.{1,2}\/[^'"]+)['"]\s*\)/g;

/**
 * Modules one may look into: `core` is plain data, and small processes load only the file they need. The bootstrap (`.mjs`) runs
 * before TypeScript can be loaded and has no index.
 */
const OPEN_MODULES = new Set(['core']);

export function layerViolations(files: readonly ProjectFile[]): Violation[] {
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(IMPORT)].flatMap((found) => {
      const target = normalize(join(dirname(path), found[1] ?? found[2] ?? ''));
      const problem = problemOf(path, target);
      const line = text.slice(0, (found.index ?? 0) + 1).split('\n').length;
      return problem === undefined ? [] : [{ path, line, problem }];
    }),
  );
}

function problemOf(path: string, target: string): string | undefined {
  const [folder = '', module = ''] = path.split('/');
  const [targetFolder = '', targetModule = ''] = target.split('/');
  if (isProviderStates(path)) return undefined;
  if (!(FOLDERS[folder] ?? [targetFolder]).includes(targetFolder)) return `${folder} must not import ${target}`;
  if (folder !== 'harness' || targetFolder !== 'harness' || module === targetModule || targetModule.endsWith('.ts')) {
    return undefined;
  }
  if (module.endsWith('.ts')) return undefined;
  const allowed = MAY_IMPORT[module];
  if (allowed === undefined) return `module ${module} has no place in the layers (suites/selfcheck/rules/layers.ts)`;
  if (!allowed.includes(targetModule)) return `${module} must not import ${targetModule} (${target})`;
  if (OPEN_MODULES.has(targetModule) || /\/index\.ts$/.test(target) || path.endsWith('.mjs')) return undefined;
  return `${module} must import ${targetModule} through its index.ts, not ${target}`;
}

/** Provider states lie beside the service they prepare, but belong to the contract tests: no service imports them. */
function isProviderStates(path: string): boolean {
  return /^services-under-test\/[\w-]+\/provider-states\.ts$/.test(path);
}
