/** The services stand alone: none imports another, and the kit knows none of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = new URL('../../../services-under-test/', import.meta.url).pathname;
const folders = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Folders that the files of `folder` import from, itself left out. */
function neighbours(folder: string): string[] {
  const texts = readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.ts') && name !== 'provider-states.ts')
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'));
  return texts.flatMap((text) => [...text.matchAll(/from '\.\.\/([^/']+)/g)].map(([, name]) => name ?? ''));
}

test('no service imports another, and nothing but the kit', () => {
  for (const folder of folders) expect(neighbours(folder).filter((name) => name !== 'kit')).toEqual([]);
});

test('there are the services of the topology, and the kit', () => {
  expect(folders).toEqual(expect.arrayContaining(['gateway', 'inventory', 'kit', 'order', 'payment', 'shipping']));
  expect(neighbours('kit')).toEqual([]);
});
