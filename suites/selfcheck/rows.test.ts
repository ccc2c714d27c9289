/** The table of rows tells what is so: every row has code, proofs and defects that are there, and the document shows them all. */
import { expect, test } from 'vitest';
import { OPEN } from '../../fixtures/row-table/list.ts';
import { rowProblems } from '../../fixtures/row-table/problems.ts';
import type { ShopRow } from '../../fixtures/row-table/row.ts';
import { allRows } from '../../fixtures/row-table/rows.ts';
import { withTable } from '../../fixtures/row-table/table.ts';
import { defectCatalogue } from '../../harness/defects/index.ts';
import { readProjectFile } from './project-files.ts';

const isThere = (path: string) => readProjectFile(path) !== undefined;
const { entries: defects } = await defectCatalogue();

test('every row has its code, a proof, and a defect that the proof finds, or stands among the open ones', async () => {
  expect(rowProblems({ rows: await allRows(), defects, isThere })).toEqual([]);
});

test('the table in the document is that of the rows', async () => {
  const document = readProjectFile('services-under-test/README.md') ?? '';
  expect(document, 'run: node fixtures/row-table/write.ts').toBe(withTable(document, await allRows()));
});

test('planted violations are caught', () => {
  const row: ShopRow = {
    name: 'cache',
    code: ['catalog/nowhere.ts'],
    proofs: ['no-such-experiment', 'gateway-order.json'],
    defects: ['no-such-defect', 'breaker-never-opens'],
  };
  const others = OPEN.filter((name) => name !== 'cache');
  const problems = rowProblems({ rows: [row], defects, isThere }, others).filter((text) => text.startsWith('cache'));
  expect(problems).toEqual([
    'cache: there is no services-under-test/catalog/nowhere.ts',
    'cache: there is no suites/chaos/no-such-experiment.chaos.ts',
    'cache: there is no defect no-such-defect',
    'cache: the defect breaker-never-opens is hunted by slow-psp, which is none of its proofs',
  ]);
  expect(rowProblems({ rows: [], defects, isThere }, [])).toContain('cache: has no file, and is not open');
  expect(rowProblems({ rows: [row], defects, isThere }, ['cache'])).toContain(
    'cache: is shown, and stands among the open ones',
  );
});
