/** What a pull request is told: annotations on lines, a comment and a summary that are never too large, and never anybody else's mark-up. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GateResult } from '../../../harness/core/index.ts';
import { annotationsOf } from '../../../harness/gate/github/annotations.ts';
import { COMMENT_MARK } from '../../../harness/gate/github/markdown.ts';
import { commentMarkdown, readGate, writeGithub } from '../../../harness/gate/index.ts';
import { lineOf, locateFindings } from '../../../harness/gate/locate.ts';
import { judge } from './judge-with.ts';
import { experimentOf, runOf } from './runs.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-github-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const HOSTILE = '::error::\n@everyone <img src=x> [a](http://b) ```\n::set-env name=A::b%0A';
const red = (count: number) =>
  runOf(
    Array.from({ length: count }, (_, index) => experimentOf(`e${index}`, { verdict: index % 3 ? 'fail' : 'unknown' })),
  );

/** One finding that says what a stranger would like it to say. */
function hostile(): GateResult {
  const result = judge(red(1));
  const finding = { status: 'fail', subject: HOSTILE, what: HOSTILE, file: HOSTILE, line: 1, repeat: HOSTILE } as const;
  return {
    ...result,
    run: { ...result.run, topology: HOSTILE },
    rules: result.rules.map((rule) => ({ ...rule, status: 'fail', summary: HOSTILE, findings: [finding] })),
  };
}

describe('annotations', () => {
  test('are ten at most, worst first, one for each experiment whatever rules name it', () => {
    const baseline = runOf(red(20).experiments.map(({ slug }) => experimentOf(slug)));
    const lines = annotationsOf(judge(red(20), { baseline }));
    expect(lines).toHaveLength(10);
    expect(new Set(lines.map((line) => /title=([^:,]*)/.exec(line)?.[1])).size).toBe(10);
    expect(lines[0]).toMatch(
      /^::error file=suites\/chaos\/e1\.chaos\.ts,line=1,title=the e1 experiment::broken: .*%0Awas pass and is fail: /,
    );
    expect(lines[0]).toContain('%0Arepeat: npx faultline replay e1 --seed 1');
  });

  test('of a run that is open are none, and warnings are warnings', () => {
    const open = judge(runOf([experimentOf('a')]), { settings: { edges: 'off' } });
    expect(annotationsOf(open)).toEqual([]);
    const [warning, ...more] = annotationsOf(judge(runOf([experimentOf('a')])));
    expect(warning).toMatch(/^::warning title=gate%3A edges::a fault took effect on 1 of/);
    expect(more).toEqual([]);
  });

  test('stay one command each, whatever a text says', () => {
    for (const line of annotationsOf(hostile())) {
      expect(line).not.toContain('\n');
      const [, head = '', ...message] = line.split('::');
      expect(head).toMatch(/^(error|warning) /);
      expect(head.split(',').map((part) => part.replace(/^(error|warning) /, '').split('=')[0])).toEqual([
        'file',
        'line',
        'title',
      ]);
      expect(message.join('::')).toContain('%250A');
    }
  });
});

describe('lines', () => {
  test('are where the name stands, also with signs that need an escape', () => {
    const text = `import x;\nexperiment('order\\'s database', {\n"description": "a \\"quoted\\" thing"\n`;
    expect(lineOf(text, "order's database")).toBe(2);
    expect(lineOf(text, 'a "quoted" thing')).toBe(3);
    expect(lineOf(text, 'not there')).toBeUndefined();
  });

  test('are filled in from the files of the project, and a file outside of it is left out', async () => {
    await writeFile(join(folder, 'a.chaos.ts'), '/** A. */\n\nexperiment("the a experiment", {');
    const result = judge(red(1));
    const finding = (file: string) =>
      ({ status: 'fail', subject: 's', what: 'w', file, named: 'the a experiment' }) as const;
    const findings = ['a.chaos.ts', '../secret.ts', 'none.ts', '/etc/hostname'].map(finding);
    const located = await locateFindings(
      { ...result, rules: result.rules.slice(0, 1).map((rule) => ({ ...rule, findings })) },
      folder,
      [],
    );
    expect(located.rules[0]?.findings.map(({ file, line }) => [file, line])).toEqual([
      ['a.chaos.ts', 3],
      [undefined, undefined],
      [undefined, undefined],
      [undefined, undefined],
    ]);
    const below = await locateFindings(
      { ...result, rules: result.rules.slice(0, 1).map((rule) => ({ ...rule, findings: [finding('a.chaos.ts')] })) },
      join(folder, '..'),
      [folder.split('/').at(-1) ?? ''],
    );
    expect(below.rules[0]?.findings[0]).toMatchObject({ line: 3 });
  });
});

describe('the comment', () => {
  test('begins with the mark by which it is found again, and names what is red with the command', () => {
    const text = commentMarkdown(judge(red(2)), 'https://example.org/a/b/actions/runs/1');
    expect(text.startsWith(`${COMMENT_MARK}\n\n## ❌ faultline: red by verdicts`)).toBe(true);
    expect(text).toContain('**the e1 experiment** \\(suites/chaos/e1.chaos.ts\\)');
    expect(text).toContain('npx faultline replay e1 --seed 1');
    expect(text).toContain('| ✅ | complete | error |');
    expect(text).toContain('(https://example.org/a/b/actions/runs/1)');
  });

  test('says that the gate is open', () => {
    expect(commentMarkdown(judge(runOf([experimentOf('a')])))).toContain('## ✅ faultline: the gate is open');
  });

  test('stays under 64 KB with a thousand red experiments and the longest texts, and still shows the rules', () => {
    const many = red(1_000).experiments.map((one) => ({
      ...one,
      name: `${'<'.repeat(3_000)}${one.slug}`,
      repeat: 'x'.repeat(9_000),
    }));
    const text = commentMarkdown(judge(runOf(many)));
    expect(Buffer.byteLength(text)).toBeLessThan(65_536);
    expect(text).toContain('| Rule | Level |');
    expect(text).toContain('more, in report.html');
  });

  test('holds no mention, no HTML, no link and no heading of a stranger', () => {
    const text = commentMarkdown(hostile(), 'javascript:alert(1)');
    expect(text).not.toContain('javascript');
    const outside = text.replace(/^(`{3,}).*\n[\s\S]*?\n\1$/gm, '');
    expect(outside).not.toMatch(/@everyone|<img|\]\(http/);
  });
});

describe('the files', () => {
  test('are four, and the job summary is added to', async () => {
    const step = join(folder, 'step-summary.md');
    await writeFile(step, 'earlier\n');
    const run = red(3);
    const out = join(folder, 'out');
    const { annotations } = await writeGithub(judge(run), run, out, { stepSummary: step });
    expect((await readFile(join(out, 'annotations.txt'), 'utf8')).trimEnd().split('\n')).toEqual(annotations);
    const summary = await readFile(join(out, 'summary.md'), 'utf8');
    expect(summary).toContain('## ❌ faultline: red by verdicts');
    expect(summary).toContain('| Experiment | Verdict |');
    expect(await readFile(step, 'utf8')).toBe(`earlier\n${summary}`);
    expect(await readGate(join(out, 'gate.json'))).toEqual(JSON.parse(JSON.stringify(judge(run))));
  });

  test('a job summary that cannot be written is one sentence', async () => {
    const wanted = writeGithub(judge(red(1)), red(1), join(folder, 'out'), {
      stepSummary: join(folder, 'no', 'where'),
    });
    await expect(wanted).rejects.toMatchObject({
      code: 'bad-file',
      message: expect.stringContaining('cannot be written'),
    });
  });

  test.each([
    ['that is missing', undefined, 'bad-file', 'could not be read'],
    ['that is cut', '{"schema":1,', 'bad-file', 'is not JSON'],
    ['of another version', '{"schema":9}', 'schema-version', 'schema version 9'],
    ['that is something else', '{"schema":1}', 'bad-file', 'is not a result of the gate'],
    ['that is no object', '[]', 'bad-file', 'is not a result of the gate'],
  ])('a gate.json %s is refused', async (name, text, code, sentence) => {
    const file = join(folder, `${name.replaceAll(' ', '-')}.json`);
    if (text !== undefined) await writeFile(file, text);
    await expect(readGate(file)).rejects.toMatchObject({ code, message: expect.stringContaining(sentence) });
  });
});
