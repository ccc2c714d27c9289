/**
 * A pull request on a real system, in a scratch clone: the base runs in two parts, is merged and opens the gate; a defect is committed on a
 * branch; the same again is red and names it. Prints what the platform would get, and keeps it in a folder where one is named
 * (`npm run pull-request -- <folder>`). Boots four labs: a few minutes.
 *
 * Examples:
 *   npm run pull-request
 *   npm run pull-request -- /tmp/what-the-platform-gets
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import defect from '../../fixtures/defects/key-per-attempt.ts';

const ROOT = join(import.meta.dirname, '../..');
/** What the gate writes for the platform, and how it begins. */
const TOLD: Readonly<Record<string, RegExp>> = {
  'annotations.txt': /^::error file=/,
  'comment.md': /^<!-- faultline/,
  'summary.md': /^#/,
  'gate.json': /^\{/,
};
const [keepIn] = process.argv.slice(2);
const NAMES = ['charge-reply-lost', 'twin-requests'];
/** Two experiments do not verify contracts, nor cover edges. */
const CONFIG = "export default { gate: { rules: { contracts: 'off', edges: 'off' } } };\n";

const scratch = await mkdtemp(join(tmpdir(), 'faultline-pull-request-'));
const repo = join(scratch, 'repo');
const say = (text: string) => void process.stdout.write(`${text}\n`);
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=faultline', '-c', 'user.email=faultline@localhost', ...args], {
    cwd: repo,
    encoding: 'utf8',
  }).trim();

/** What a step of the workflow runs, in the clone; its exit code. */
function faultline(stage: string, ...args: string[]): number {
  say(`\n$ faultline ${args.join(' ')}`);
  const env = {
    ...process.env,
    FAULTLINE_REPORTS: join(scratch, stage),
    GITHUB_STEP_SUMMARY: join(scratch, `${stage}-step-summary.md`),
  };
  const { status } = spawnSync(process.execPath, ['harness/cli/main.ts', ...args], {
    cwd: repo,
    env,
    stdio: 'inherit',
  });
  say(`exit code ${status}`);
  return status ?? 3;
}

/** Two machines, the merge job and the gate; the gate's exit code. */
function workflow(stage: string, ...gateOptions: string[]): number {
  for (const part of ['1/2', '2/2'])
    if (
      faultline(stage, 'run', ...NAMES, '--fresh', '--shard', part, '--repeat', '3', '--seed', '7', '--gate-later') !==
      0
    )
      return 3;
  if (faultline(stage, 'report', 'merge', join(scratch, stage), '--shards', '2', '--gate-later') !== 0) return 3;
  return faultline(stage, 'gate', 'latest', '--github', join(scratch, `${stage}-told`), ...gateOptions);
}

const wrong: string[] = [];
const expect = (holds: boolean, what: string) => {
  say(`${holds ? 'ok   ' : 'WRONG'} ${what}`);
  if (!holds) wrong.push(what);
};

try {
  execFileSync('git', ['clone', '-q', ROOT, repo]);
  await symlink(join(ROOT, 'node_modules'), join(repo, 'node_modules'));
  await writeFile(join(repo, 'faultline.config.ts'), CONFIG);
  git('add', 'faultline.config.ts');
  git('commit', '-q', '-m', 'gate: rules');
  const base = workflow('base', '--keep', join(scratch, 'baseline'));
  expect(base === 0, 'the base opens the gate');
  if (base === 0) await playBranch();
  else say('without an open base there is nothing to compare the branch with');
} finally {
  await rm(scratch, { recursive: true, force: true });
}
say(wrong.length === 0 ? '\nas it should be' : `\n${wrong.length} wrong`);
process.exitCode = wrong.length === 0 ? 0 : 1;

/** The defect is committed on a branch, which is then judged against the base. */
async function playBranch(): Promise<void> {
  git('checkout', '-q', '-b', 'faster-charges');
  const source = join(repo, defect.file);
  await writeFile(source, (await readFile(source, 'utf8')).replace(defect.find, defect.replace));
  git('commit', '-q', '-am', 'payment: faster charges');
  const pull = workflow('pull', '--baseline', join(scratch, 'baseline'));
  expect(pull === 1, 'the branch closes the gate with exit code 1');

  const told = async (name: string) =>
    (await readFile(join(scratch, 'pull-told', name), 'utf8').catch(() => '')).trim();
  const [annotations, comment, summary] = [
    await told('annotations.txt'),
    await told('comment.md'),
    await told('summary.md'),
  ];
  for (const [name, start] of Object.entries(TOLD)) expect(start.test(await told(name)), `${name} is written`);
  const step = await readFile(join(scratch, 'pull-step-summary.md'), 'utf8').catch(() => '');
  expect(step.trim() === summary, 'the job summary is in the file that the platform names');
  const run = (name: string) => readFile(join(scratch, 'pull', 'latest', name), 'utf8').catch(() => '');
  expect((await run('report.html')).includes('id="gate"'), 'the page is one file and shows the gate');
  expect((await run('junit.xml')).includes('<testsuites'), 'JUnit is written');
  // The run of the branch with all that the platform was told.
  for (const part of keepIn ? [await realpath(join(scratch, 'pull', 'latest')), join(scratch, 'pull-told')] : [])
    await cp(part, resolve(keepIn ?? ''), { recursive: true });
  const place = `::error file=suites/chaos/${defect.experiment}.chaos.ts,line=`;
  expect(annotations.startsWith(place), `the first annotation is on ${defect.experiment}.chaos.ts`);
  expect(annotations.includes(defect.check), `it names the check ${defect.check}`);
  expect(comment.includes(`npx faultline replay ${defect.experiment}`), 'the comment has the command that repeats it');
  expect(!comment.includes('replay twin-requests'), 'the comment names nothing that is kept');
  expect(summary.includes('| Experiment | Verdict |'), 'the job summary has the table of experiments');
  say(`\n--- annotations\n${annotations}\n\n--- comment\n${comment}`);
}
