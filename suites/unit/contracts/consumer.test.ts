/** Recording with the real Pact library: what a consumer test declares, and what becomes of it when the test fails. */
import { join } from 'node:path';
import { MatchersV3 } from '@pact-foundation/pact';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consumerContract, mergeContracts } from '../../../harness/contracts/index.ts';
import { temporaryFolder } from './tiny.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let parts: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  parts = join(folder.path, 'parts');
  process.env.FAULTLINE_PACT_PARTS = parts;
});

afterAll(() => folder[Symbol.asyncDispose]());

const testFile = (name: string) => new URL(`./${name}`, import.meta.url).href;

test('the example of a message is handed over as it would lie on the topic', async () => {
  const contract = consumerContract(testFile('mailer.pact.test.ts'), 'mailer', 'stock');
  const seen: unknown[] = [];

  await contract.message(
    'stock.empty',
    'the last piece was sold',
    {
      topic: 'stock.events',
      key: MatchersV3.regex('^p-[0-9]+$', 'p-1'),
      headers: { type: 'stock.empty' },
      value: { product: MatchersV3.string('p-1') },
    },
    (record) => seen.push({ ...record, value: record.value.toString() }),
  );

  expect(seen).toEqual([
    { topic: 'stock.events', key: 'p-1', headers: { type: 'stock.empty' }, value: '{"product":"p-1"}' },
  ]);
  const into = join(folder.path, 'one');
  expect(await mergeContracts({ parts, into, expectedParts: ['mailer.pact.test'] })).toEqual({
    files: ['mailer-stock.json'],
    interactions: 1,
  });
});

test('the interaction of a test that failed is lost, and merging says so', async () => {
  const contract = consumerContract(testFile('failing.pact.test.ts'), 'till', 'stock');
  const call = contract
    .http('how many are left')
    .withRequest('GET', '/stock/p-1')
    .willRespondWith(200)
    .executeTest(async () => undefined);

  await expect(call).rejects.toThrow(/The following request was expected but not received/);
  const merging = mergeContracts({ parts, into: join(folder.path, 'two'), expectedParts: ['failing.pact.test'] });
  await expect(merging).rejects.toThrow(
    'failing.pact.test: 1 of 1 declared interactions lost: till -> stock "how many are left"',
  );
});

test('one test file cannot declare the same interaction twice', () => {
  const contract = consumerContract(testFile('twice.pact.test.ts'), 'till', 'stock');
  contract.http('is it open', 'in the morning');
  contract.http('is it open', 'at night');

  expect(() => contract.http('is it open', 'at night')).toThrow(
    'till declares "is it open" given "at night" of stock twice in one test file',
  );
});
