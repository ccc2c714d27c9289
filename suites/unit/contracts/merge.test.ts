/** Merging: the same bytes whatever the order, and nothing lost or contradicted in silence. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mergeContracts } from '../../../harness/contracts/index.ts';
import { temporaryFolder } from './tiny.ts';

interface Small {
  readonly description: string;
  readonly state?: string;
  readonly path?: string;
}

const statesOf = ({ state }: Small) => (state === undefined ? [] : [{ name: state }]);

/** A part folder as a consumer test file leaves it; `declared` defaults to what was written. */
async function part(root: string, name: string, provider: string, written: readonly Small[], declared = written) {
  const folder = join(root, name);
  await mkdir(join(folder, 'pacts'), { recursive: true });
  const pact = {
    consumer: { name: 'shopfront' },
    provider: { name: provider },
    interactions: written.map((one) => ({
      type: 'Synchronous/HTTP',
      description: one.description,
      providerStates: statesOf(one),
      request: { method: 'GET', path: one.path ?? '/' },
      response: { status: 200 },
    })),
    metadata: { 'pact-js': { version: '1.2.3' }, pactSpecification: { version: '4.0' } },
  };
  await writeFile(join(folder, 'pacts', `shopfront-${provider}.json`), JSON.stringify(pact));
  const list = declared.map((one) => ({
    consumer: 'shopfront',
    provider,
    description: one.description,
    providerStates: statesOf(one),
  }));
  await writeFile(join(folder, 'declared.json'), JSON.stringify(list));
}

test('two test files that speak of one pair end in one sorted file', async () => {
  await using folder = await temporaryFolder();
  const [parts, into] = [join(folder.path, 'parts'), join(folder.path, 'out')];
  await part(parts, 'b', 'stock', [{ description: 'zebra' }, { description: 'ask', state: 'two left' }]);
  await part(parts, 'a', 'stock', [{ description: 'ask', state: 'none left' }]);

  const result = await mergeContracts({ parts, into });

  expect(result).toEqual({ files: ['shopfront-stock.json'], interactions: 3 });
  const text = await readFile(join(into, 'shopfront-stock.json'), 'utf8');
  const pact = JSON.parse(text);
  const titles = pact.interactions.map((one: Small & { providerStates: { name: string }[] }) => [
    one.description,
    ...one.providerStates.map(({ name }) => name),
  ]);
  expect(titles).toEqual([['ask', 'none left'], ['ask', 'two left'], ['zebra']]);
  expect(text).not.toContain('1.2.3');
  await mergeContracts({ parts, into });
  expect(await readFile(join(into, 'shopfront-stock.json'), 'utf8')).toBe(text);
});

test('the same interaction from two files is kept once, and a pair that nobody speaks of any more is removed', async () => {
  await using folder = await temporaryFolder();
  const [parts, into] = [join(folder.path, 'parts'), join(folder.path, 'out')];
  await part(parts, 'a', 'stock', [{ description: 'ask' }]);
  await part(parts, 'b', 'stock', [{ description: 'ask' }]);
  await mkdir(into);
  await writeFile(join(into, 'shopfront-gone.json'), '{}');

  expect((await mergeContracts({ parts, into })).interactions).toBe(1);
  expect(await readdir(into)).toEqual(['shopfront-stock.json']);
});

test('the same description and state with other content is refused, with both files named', async () => {
  await using folder = await temporaryFolder();
  const [parts, into] = [join(folder.path, 'parts'), join(folder.path, 'out')];
  await part(parts, 'a', 'stock', [{ description: 'ask', state: 'two left', path: '/stock/1' }]);
  await part(parts, 'b', 'stock', [{ description: 'ask', state: 'two left', path: '/stock/2' }]);

  await expect(mergeContracts({ parts, into })).rejects.toThrow(
    'shopfront-stock.json: "ask" given "two left" is described differently by a and b',
  );
  await expect(readdir(into)).rejects.toThrow();
});

test('an interaction that a test declared and Pact did not write is lost, and named', async () => {
  await using folder = await temporaryFolder();
  const [parts, into] = [join(folder.path, 'parts'), join(folder.path, 'out')];
  await part(parts, 'a', 'stock', [{ description: 'ask' }], [{ description: 'ask' }, { description: 'reserve' }]);

  await expect(mergeContracts({ parts, into })).rejects.toThrow(
    'a: 1 of 2 declared interactions lost: shopfront -> stock "reserve"',
  );
});

test('a test file that left nothing is a lost contract', async () => {
  await using folder = await temporaryFolder();
  const [parts, into] = [join(folder.path, 'parts'), join(folder.path, 'out')];
  await part(parts, 'a', 'stock', [{ description: 'ask' }]);

  await expect(mergeContracts({ parts, into, expectedParts: ['a', 'b'] })).rejects.toThrow(
    'consumer tests left no contract: b',
  );
});

test('a part that was cut short is a bad file', async () => {
  await using folder = await temporaryFolder();
  const [parts, into] = [join(folder.path, 'parts'), join(folder.path, 'out')];
  await part(parts, 'a', 'stock', [{ description: 'ask' }]);
  await writeFile(join(parts, 'a', 'pacts', 'shopfront-stock.json'), '{"consumer":');

  await expect(mergeContracts({ parts, into })).rejects.toMatchObject({ code: 'bad-file' });
});
