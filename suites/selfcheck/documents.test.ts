/** Documents and code agree: error codes are explained, snippets call what exists, every catalogue has its examples. */
import { basename } from 'node:path/posix';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../harness/core/index.ts';
import { projectFiles, readProjectFile, shown, sourceFiles } from './project-files.ts';
import { brokenSnippets, hasUsage, snippetCommands, undocumentedCodes } from './rules/documents.ts';

const DOCUMENTS = ['reports/README.md', 'harness/ARCHITECTURE.md'];

const namesIn = (folder: string) =>
  sourceFiles
    .filter(({ path }) => path.startsWith(folder) && path.lastIndexOf('/') === folder.length - 1)
    .map(({ path }) => basename(path, '.ts'));

test('every error code is explained in the documents', () => {
  const texts = DOCUMENTS.flatMap((path) => readProjectFile(path) ?? []);
  expect(undocumentedCodes(Object.keys(ERROR_CODES), texts)).toEqual([]);
});

test('every command in a snippet exists', () => {
  const { scripts } = JSON.parse(readProjectFile('package.json') ?? '{}') as { scripts: Record<string, string> };
  const commands = namesIn('harness/cli/commands/');
  const documents = projectFiles.filter(({ path }) => path.endsWith('.md'));
  expect(documents.map(({ path }) => path)).toContain('README.md');
  expect(
    shown(documents.flatMap(({ path, text }) => brokenSnippets(path, text, Object.keys(scripts), commands))),
  ).toEqual([]);
});

test('every npm script begins with how it is used, and has examples: that is its help', () => {
  const { scripts } = JSON.parse(readProjectFile('package.json') ?? '{}') as { scripts: Record<string, string> };
  const ours = Object.entries(scripts).flatMap(([name, command]) => {
    const [, file] = /exec\.mjs (\S+\.ts)$/.exec(command) ?? [];
    return file === undefined ? [] : [{ name, file }];
  });
  expect(ours.length).toBeGreaterThan(4);
  expect(ours.filter(({ name, file }) => !hasUsage(name, readProjectFile(file) ?? ''))).toEqual([]);
});

test('every check has a history that it passes and one that it fails', () => {
  const checks = namesIn('harness/checks/kinds/');
  expect(checks.length).toBeGreaterThan(5);
  const wanted = checks.flatMap((name) => [
    `fixtures/histories/${name}-ok.ndjson`,
    `fixtures/histories/${name}-bad.ndjson`,
  ]);
  expect(wanted.filter((path) => readProjectFile(path) === undefined)).toEqual([]);
});

test('planted violations are caught', () => {
  const markdown =
    'text\n```sh\n$ npm run chaos   # all\nnpx faultline runn slow\nnpm run nothing\n```\n`npm run also-nothing`\n';
  expect(snippetCommands(markdown).map(({ command }) => command)).toEqual([
    'npm run chaos',
    'npx faultline runn slow',
    'npm run nothing',
  ]);
  expect(shown(brokenSnippets('README.md', markdown, ['chaos'], ['run']))).toEqual([
    expect.stringContaining('README.md:4 calls "faultline runn"'),
    expect.stringContaining('README.md:5 calls the npm script "nothing"'),
  ]);
  expect(hasUsage('it', '/** `npm run it`: does it. */\n/**\n * Examples:\n *   npm run it')).toBe(false);
  expect(undocumentedCodes(['bad-file', 'no-lab'], ['the code `bad-file` means'])).toEqual(['no-lab']);
});
