/** The workflows can be run here step by step, and can do no harm: planted violations are caught. */
import { basename } from 'node:path/posix';
import { expect, test } from 'vitest';
import { projectFiles, readProjectFile, shown, sourceFiles } from './project-files.ts';
import { workflowViolations } from './rules/workflows.ts';

const { scripts } = JSON.parse(readProjectFile('package.json') ?? '{}') as { scripts: Record<string, string> };
const commands = sourceFiles
  .filter(({ path }) => path.startsWith('harness/cli/commands/'))
  .map(({ path }) => basename(path, '.ts'));
const violationsOf = (path: string, text: string) =>
  shown(workflowViolations({ path, text }, Object.keys(scripts), commands));

test('every step is an npm script that exists, or an action we know', () => {
  const workflows = projectFiles.filter(({ path }) => /^\.github\/workflows\/.*\.ya?ml$/.test(path));
  expect(workflows.map(({ path }) => basename(path)).sort()).toEqual(['chaos-comment.yml', 'chaos.yml']);
  expect(workflows.flatMap(({ path, text }) => violationsOf(path, text))).toEqual([]);
});

test('the parts that run are the parts that are merged', () => {
  const text = readProjectFile('.github/workflows/chaos.yml') ?? '';
  const matrices = [...text.matchAll(/shard: \[([\d, ]+)\]/g)].map(([, list]) => (list ?? '').split(',').map(Number));
  const counts = [...text.matchAll(/(?:--shard \$\{\{ matrix\.shard \}\}\/|--shards )(\d+)/g)].map(([, count]) =>
    Number(count),
  );
  expect(matrices).toHaveLength(2);
  expect(counts).toHaveLength(3);
  for (const shards of matrices)
    expect(shards).toEqual(Array.from({ length: counts[0] ?? 0 }, (_, index) => index + 1));
  expect(new Set(counts).size).toBe(1);
});

const expression = (text: string) => `$\{{ ${text} }}`;
const GOOD =
  'permissions:\n  contents: read\nconcurrency: one\njobs:\n  a:\n    runs-on: x\n    timeout-minutes: 5\n    steps:\n';
test.each([
  ['', []],
  ['      - run: npm run chaos -- --shard 1/2\n', []],
  ['      - run: npx faultline run\n', ['is no npm script']],
  ['      - run: |\n          npm run chaos\n', ['is no npm script']],
  ['      - run: npm run nothing\n', ['the npm script "nothing"']],
  ['      - run: npm run faultline -- gat latest\n', ['"faultline gat"']],
  [`      - run: npm run chaos -- ${expression('github.event.pull_request.title')}\n`, ['a text of a stranger']],
  [`      - run: npm run chaos -- ${expression('github.head_ref')}\n`, ['a text of a stranger']],
  ['      - uses: actions/checkout@v1\n', ['not among the known actions']],
  ['      - uses: somebody/thing@main\n', ['not among the known actions']],
  ['on: pull_request_target\n', ['pull_request_target']],
  ['    permissions: write-all\n', ['every permission']],
  ['  b:\n    runs-on: x\n', ['without timeout-minutes']],
])('a workflow with %j is told so', (more, problems) => {
  const found = violationsOf('planted.yml', `${GOOD}${more}`);
  expect(found).toEqual(problems.map((problem) => expect.stringContaining(problem)));
});

test('a workflow without permissions, or without concurrency, is told so', () => {
  expect(violationsOf('planted.yml', 'jobs:\n')).toEqual([
    expect.stringContaining('has no permissions'),
    expect.stringContaining('has no concurrency'),
  ]);
});
