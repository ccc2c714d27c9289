/** Modules import in one direction and meet at their index; a planted violation of each kind is caught. */
import { expect, test } from 'vitest';
import { shown, sourceFiles } from './project-files.ts';
import { layerViolations, MAY_IMPORT } from './rules/layers.ts';

test('every import goes in the declared direction, through index.ts', () => {
  expect(shown(layerViolations(sourceFiles))).toEqual([]);
});

test('the layers have no cycle', () => {
  const reach = (module: string, seen: readonly string[] = []): readonly string[] =>
    (MAY_IMPORT[module] ?? []).flatMap((next) =>
      seen.includes(next) ? [next] : [next, ...reach(next, [...seen, next])],
    );
  for (const module of Object.keys(MAY_IMPORT)) expect(reach(module), module).not.toContain(module);
});

test.each([
  [
    'harness/checks/kinds/planted.ts',
    "import { bootLab } from '../../runtime/index.ts';",
    'checks must not import runtime',
  ],
  ['harness/core/planted.ts', "export * from '../wire/index.ts';", 'core must not import wire'],
  [
    'harness/runtime/planted.ts',
    "import {\n  a,\n  b,\n} from '../faults/index.ts';",
    'runtime must not import faults',
  ],
  ['harness/cli/planted.ts', "import { x } from '../wire/tcp.ts';", 'through its index.ts'],
  ['harness/cli/planted.ts', "const x = await import('../wire/tcp.ts');", 'through its index.ts'],
  [
    'harness/wire/planted.ts',
    "import '../../services-under-test/kit/log.ts';",
    'harness must not import services-under-test',
  ],
  [
    'services-under-test/order/planted.ts',
    "import { x } from '../../harness/core/index.ts';",
    'services-under-test must not import',
  ],
  ['harness/novelty/planted.ts', "import { x } from '../core/index.ts';", 'has no place in the layers'],
])('in %s the planted %s is caught', (path, text, problem) => {
  expect(shown(layerViolations([{ path, text }]))).toEqual([expect.stringContaining(problem)]);
});

test('what is allowed is not called a violation', () => {
  const text =
    "import { x } from '../core/clock.ts';\nimport type { Y } from './y.ts';\nimport { z } from '../wire/index.ts';";
  expect(layerViolations([{ path: 'harness/runtime/fine.ts', text }])).toEqual([]);
});
