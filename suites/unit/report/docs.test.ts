/** What is written about the files of a run agrees with the code. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../../harness/core/index.ts';
import { EXIT_CODES, REASONS, runJsonSchema, VERDICT_WORDS } from '../../../harness/report/index.ts';

const reports = new URL('../../../reports/', import.meta.url);
const readme = await readFile(new URL('README.md', reports), 'utf8');

test('the JSON Schema of run.json in reports/ is up to date', async () => {
  const committed = await readFile(new URL('run.schema.json', reports), 'utf8');
  expect(committed, 'write it again: node fixtures/sample-run/write.ts').toBe(runJsonSchema());
});

test('every error code is explained with the exit code it leads to', () => {
  for (const [code, exit] of Object.entries(ERROR_CODES)) expect(readme).toContain(`| \`${code}\` | ${exit} |`);
});

test('every exit code, verdict and reason is explained', () => {
  for (const code of Object.keys(EXIT_CODES)) expect(readme).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
  for (const [status, { word }] of Object.entries(VERDICT_WORDS))
    expect(readme).toContain(`| \`${status}\` | ${word} |`);
  for (const reason of Object.keys(REASONS)) expect(readme).toContain(`| \`${reason}\` |`);
});
