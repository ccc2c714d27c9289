/** The bad history of every check was recorded from a run with a defect: what a defect looks like is nobody's to invent. */
import { expect, test } from 'vitest';
import { TOLD, unrecorded } from '../../fixtures/histories/bad-ones.ts';
import type { Recorded } from '../../fixtures/histories/recorded.ts';
import { checkCatalogue } from '../../harness/checks/index.ts';
import { readProjectFile } from './project-files.ts';

const FOLDER = 'fixtures/histories';
const checks = [...(await checkCatalogue()).entries.keys()];
const recorded = JSON.parse(readProjectFile(`${FOLDER}/recorded.json`) ?? '[]') as Recorded;

function runOf(check: string): string | undefined {
  const [header] = readProjectFile(`${FOLDER}/${check}-bad.ndjson`)?.split('\n') ?? [];
  return header === undefined ? undefined : (JSON.parse(header) as { run: string }).run;
}

test('every check has a bad history from a run with a defect, or says why not', () => {
  expect(unrecorded({ checks, recorded, runOf })).toEqual([]);
  expect(Object.keys(TOLD).filter((check) => !checks.includes(check))).toEqual([]);
});

test('planted violations are caught', () => {
  const generated = (check: string) => (check === 'stock' ? 'fixture stock-bad' : runOf(check));
  expect(unrecorded({ checks: ['stock'], recorded, runOf: generated })).toEqual([
    'stock: its bad history comes from "fixture stock-bad", and from no run with a defect',
  ]);
  expect(unrecorded({ checks: ['stock'], recorded, runOf: () => undefined })).toEqual([
    'stock: there is no stock-bad.ndjson',
  ]);
  expect(unrecorded({ checks: ['stock'], recorded, runOf, told: { stock: 'too hard' } })).toEqual([
    'stock: is recorded, and stands among the told ones',
  ]);
});
