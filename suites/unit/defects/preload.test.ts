/** A defect is planted as its module is loaded, exactly once or not at all. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PRELOAD = fileURLToPath(new URL('../../../harness/defects/preload.ts', import.meta.url));
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-plant-'));
  file = join(folder, 'rules.ts');
  await writeFile(file, 'export const price: number = 5;\nexport const tax: number = 1;\n');
  await writeFile(
    join(folder, 'main.ts'),
    "import { price } from './rules.ts';\nprocess.stdout.write('price ' + price + '\\n');\n",
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function runWith(find: string) {
  const plant = JSON.stringify({ defect: 'wrong-price', file, find, replace: 'price: number = 7' });
  const env = { ...process.env, FAULTLINE_PLANT: plant };
  return promisify(execFile)(process.execPath, [`--import=${PRELOAD}`, join(folder, 'main.ts')], { env });
}

test('the text is replaced as the module is loaded, and one replacement is reported', async () => {
  const { stdout } = await runWith('price: number = 5');
  expect(stdout).toContain('"event":"planted"');
  expect(stdout).toContain('"replacements":1');
  expect(stdout).toContain('price 7');
});

test('a text that is not there ends the process with 3', async () => {
  await expect(runWith('nowhere')).rejects.toMatchObject({
    code: 3,
    stderr: expect.stringContaining('stands 0 times'),
  });
});

test('a text that stands twice ends the process with 3', async () => {
  await expect(runWith('number')).rejects.toMatchObject({ code: 3, stderr: expect.stringContaining('stands 2 times') });
});
