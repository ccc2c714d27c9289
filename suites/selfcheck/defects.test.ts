/** Every check has a defect that it must find, and every defect can be planted and names an experiment that asks the check. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkCatalogue } from '../../harness/checks/index.ts';
import { readDetection } from '../../harness/cli/detection-table.ts';
import { DEFECT_TOPOLOGY, type Defect, defectCatalogue } from '../../harness/defects/index.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Checks without a defect, each with the reason. The list gets shorter, never longer. */
const NO_DEFECT_YET: Readonly<Record<string, string>> = {};

/** Defects that were not seen found yet, each with the reason. The list gets shorter, never longer. */
const NOT_SEEN_YET: Readonly<Record<string, string>> = {};

/** What `faultline defects --keep` wrote. */
const TABLE = join(ROOT, 'reports/samples/detection.json');

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

test('every defect was seen found, by the check and the experiment that it names', async () => {
  const rows = new Map((await readDetection(TABLE)).map((row) => [row.defect, row]));
  const wrong = defects.flatMap(({ name, check, experiment, topology = DEFECT_TOPOLOGY }) => {
    const row = rows.get(name);
    if (row === undefined) return [`${name} was never hunted`];
    const isSame = row.expectedCheck === check && row.experiment === experiment && row.topology === topology;
    if (!isSame) return [`${name} was hunted as another`];
    return row.found ? [] : [`${name} was not found: ${row.why ?? ''}`];
  });
  const excused = (problem: string) => NOT_SEEN_YET[problem.split(' ')[0] ?? ''] !== undefined;
  expect(Object.keys(NOT_SEEN_YET).filter((name) => !wrong.some((problem) => problem.startsWith(`${name} `)))).toEqual(
    [],
  );
  expect(
    wrong.filter((problem) => !excused(problem)),
    'faultline defects <name> --keep reports/samples/detection.json',
  ).toEqual([]);
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
