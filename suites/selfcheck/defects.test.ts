/** Every check has a defect that it must find, and every defect can be planted and names an experiment that asks the check. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkCatalogue } from '../../harness/checks/index.ts';
import { DEFECT_TOPOLOGY, type Defect, defectCatalogue } from '../../harness/defects/index.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Checks without a defect, each with the reason. The list gets shorter, never longer. */
const NO_DEFECT_YET: Readonly<Record<string, string>> = {};

/** Verdicts of the run itself that a defect may be found by. */
const OF_THE_RUN = ['quiescence', 'workload'];

const defects: readonly Defect[] = [...(await defectCatalogue()).entries.values()];
const checks = [...(await checkCatalogue()).entries.keys()];

/** What is wrong with a defect, as far as one can tell without planting it. */
function problemsOf({ name, file, find, experiment, check, topology = DEFECT_TOPOLOGY }: Defect): string[] {
  const path = join(ROOT, file);
  const places = existsSync(path) ? readFileSync(path, 'utf8').split(find).length - 1 : 0;
  const where = experimentFile(experiment);
  return [
    ...(places === 1 ? [] : [`${name}: its text stands ${places} times in ${file}, not once`]),
    ...(checks.includes(check) || OF_THE_RUN.includes(check)
      ? []
      : [`${name} names the check ${check}, which does not exist`]),
    ...(where === undefined ? [`${name} names the experiment ${experiment}, which does not exist`] : []),
    ...(existsSync(join(ROOT, `fixtures/topologies/${topology}.ts`))
      ? []
      : [`${name}: there is no topology ${topology}`]),
  ];
}

/** A file may hold several experiments: then their slugs begin with its name. */
function experimentFile(slug: string): string | undefined {
  const names = readdirSync(join(ROOT, 'suites/chaos')).map((file) => file.replace(/\.chaos\.ts$/, ''));
  return names.find((name) => slug === name || slug.startsWith(`${name}-`) || slug.startsWith(`${name}.`));
}

test('every defect can be planted, and names a check and an experiment that exist', () => {
  expect(defects.flatMap(problemsOf)).toEqual([]);
});

test('every check has a defect that it must find', () => {
  const needed = new Set(defects.map(({ check }) => check));
  expect(checks.filter((check) => !needed.has(check) && NO_DEFECT_YET[check] === undefined)).toEqual([]);
});

test('no check is excused that has a defect, and none without a reason', () => {
  const needed = new Set(defects.map(({ check }) => check));
  const idle = Object.entries(NO_DEFECT_YET).filter(
    ([check, reason]) => needed.has(check) || !checks.includes(check) || reason.length < 20,
  );
  expect(idle).toEqual([]);
});

test('there are many, and a few of them stand for all', () => {
  expect(defects.length).toBeGreaterThanOrEqual(60);
  const quick = defects.filter((defect) => defect.quick);
  expect(quick.length).toBeGreaterThanOrEqual(10);
  expect(quick.length).toBeLessThanOrEqual(20);
  expect(new Set(quick.map(({ topology = DEFECT_TOPOLOGY }) => topology)).size).toBe(1);
});

test('planted mistakes are caught', () => {
  const [good] = defects as readonly [Defect];
  expect(problemsOf({ ...good, find: 'no such text' })).toHaveLength(1);
  expect(problemsOf({ ...good, check: 'no-such-check', experiment: 'no-such-experiment' })).toHaveLength(2);
  expect(problemsOf({ ...good, topology: 'no-such-topology' })).toHaveLength(1);
});
