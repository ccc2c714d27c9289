/** Verification of tiny providers by the real Pact library: what Pact would pass in silence is red here, with the reason. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MatchersV3 } from '@pact-foundation/pact';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ContractSetup,
  consumerContract,
  mergeContracts,
  type StateHandlers,
  verifyContracts,
} from '../../../harness/contracts/index.ts';
import type { ContractMatrix } from '../../../harness/core/index.ts';
import { sendJson, temporaryFolder, tinyLab, tinyProvider } from './tiny.ts';

const { fromProviderState, integer } = MatchersV3;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let pactFolder: string;

/** Two interactions of `shopfront` with `stock`, recorded and merged by the real thing. */
beforeAll(async () => {
  folder = await temporaryFolder();
  pactFolder = join(folder.path, 'pacts');
  process.env.FAULTLINE_PACT_PARTS = join(folder.path, 'parts');
  const contract = consumerContract(import.meta.url, 'shopfront', 'stock');
  await contract
    .http('how many are left', 'a product with stock')
    .withRequest('GET', fromProviderState(`/stock/$\{id}`, '/stock/p-1'))
    .willRespondWith(200, (reply) => reply.jsonBody({ available: integer(3) }))
    .executeTest(async ({ url }) => expect((await fetch(`${url}/stock/p-1`)).status).toBe(200));
  await contract
    .http('is it open')
    .withRequest('GET', '/open')
    .willRespondWith(204)
    .executeTest(async ({ url }) => expect((await fetch(`${url}/open`)).status).toBe(204));
  await mergeContracts({ parts: process.env.FAULTLINE_PACT_PARTS, into: pactFolder });
});

afterAll(() => folder[Symbol.asyncDispose]());

async function verify(options: {
  readonly states?: StateHandlers;
  readonly available?: unknown;
  readonly pacts?: string;
  readonly timeoutMs?: number;
}): Promise<{ readonly matrix: ContractMatrix; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  await using provider = await tinyProvider((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/open') response.writeHead(204).end();
    else sendJson(response, 200, { available: options.available ?? 7 });
  });
  const states = options.states ?? { 'a product with stock': () => ({ id: 'p-77' }) };
  const setup: ContractSetup = { pactFolder: options.pacts ?? pactFolder, providers: { stock: { states } } };
  return {
    matrix: await verifyContracts(tinyLab({ stock: provider.port }), { setup, timeoutMs: options.timeoutMs }),
    asked,
  };
}

test('a provider that keeps its contract passes, in the state that its handler made', async () => {
  const { matrix, asked } = await verify({});

  expect(matrix.verdict).toBe('pass');
  expect(matrix.pairs).toMatchObject([
    {
      consumer: 'shopfront',
      provider: 'stock',
      kind: 'http',
      file: 'shopfront-stock.json',
      verdict: 'pass',
      interactions: [
        { description: 'how many are left', states: ['a product with stock'], verdict: 'pass', problems: [] },
        { description: 'is it open', states: [], verdict: 'pass', problems: [] },
      ],
    },
  ]);
  expect(asked).toContain('/stock/p-77');
});

test('a mismatch is told for its interaction alone, without terminal colours', async () => {
  const { matrix } = await verify({ available: 'many' });

  expect(matrix.verdict).toBe('fail');
  const [stock, open] = matrix.pairs[0]?.interactions ?? [];
  expect(stock?.verdict).toBe('fail');
  expect(stock?.problems).toEqual([expect.stringMatching(/^body \$\.available: Expected 'many'.* integer/)]);
  expect(open?.verdict).toBe('pass');
});

test('a state handler that throws is red, though Pact goes on', async () => {
  const states = {
    'a product with stock': () => {
      throw new Error('no such table: stock');
    },
  };
  const { matrix } = await verify({ states });

  expect(matrix.pairs[0]?.interactions[0]).toMatchObject({
    verdict: 'fail',
    problems: ['the state handler for "a product with stock" of stock failed: no such table: stock'],
  });
  expect(matrix.pairs[0]?.interactions[1]?.verdict).toBe('pass');
});

test('a missing state handler is red, and the ones there are get named', async () => {
  const { matrix } = await verify({ states: { 'an empty shelf': () => undefined } });

  expect(matrix.verdict).toBe('fail');
  expect(matrix.pairs[0]?.interactions[0]?.problems).toEqual([
    'no state handler for "a product with stock" of stock (there are: "an empty shelf")',
  ]);
});

test('a state handler that never ends is given up and red', async () => {
  const states = { 'a product with stock': () => new Promise<undefined>(() => undefined) };
  const { matrix } = await verify({ states, timeoutMs: 800 });

  expect(matrix.pairs[0]?.interactions[0]?.problems).toEqual([
    'the state handler for "a product with stock" of stock failed: it was not done after 550 ms',
  ]);
});

test('a dead provider is red at once, without waiting for each interaction', async () => {
  const gone = await tinyProvider((_, response) => response.end());
  await gone[Symbol.asyncDispose]();
  const setup: ContractSetup = { pactFolder, providers: { stock: { states: {} } } };

  const matrix = await verifyContracts(tinyLab({ stock: gone.port }), { setup });

  expect(matrix.verdict).toBe('fail');
  expect(matrix.pairs[0]?.problem).toMatch(
    /^stock does not answer at http:\/\/127\.0\.0\.1:\d+\/health .*ECONNREFUSED/,
  );
  expect(matrix.pairs[0]?.interactions.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown']);
  expect(matrix.tookMs).toBeLessThan(2000);
});

test('a provider that the lab does not have is red', async () => {
  const setup: ContractSetup = { pactFolder, providers: {} };
  const matrix = await verifyContracts(tinyLab({}), { setup });

  expect(matrix.pairs[0]).toMatchObject({ verdict: 'fail', problem: 'the lab has no part named stock' });
});

test.for([
  ['cut', (text: string) => text.slice(0, 200), /cannot be read/],
  ['edited', (text: string) => text.replace('"/open"', '"/closed"'), /was changed after it was merged/],
  [
    'emptied',
    () => '{"consumer":{"name":"shopfront"},"provider":{"name":"stock"},"interactions":[]}',
    /no interactions/,
  ],
  ['of an older specification', (text: string) => text.replace('"4.0"', '"2.0.0"'), /not of Pact specification 4/],
] as const)('a pact file that was %s is a bad file', async ([, change, message]) => {
  await using other = await temporaryFolder();
  const text = await readFile(join(pactFolder, 'shopfront-stock.json'), 'utf8');
  await writeFile(join(other.path, 'shopfront-stock.json'), change(text));

  const verdict = verify({ pacts: other.path });

  await expect(verdict).rejects.toMatchObject({ code: 'bad-file', message: expect.stringMatching(message) });
});

test('a folder without pact files is a bad file, not a pass', async () => {
  await using empty = await temporaryFolder();
  await expect(verify({ pacts: empty.path })).rejects.toMatchObject({ code: 'bad-file' });
});

test('proxies named in the environment do not swallow the requests', async () => {
  process.env.HTTP_PROXY = 'http://127.0.0.1:9';
  try {
    expect((await verify({})).matrix.verdict).toBe('pass');
  } finally {
    delete process.env.HTTP_PROXY;
  }
});

test('a message on a topic that no broker of the lab holds is red', async () => {
  await using other = await temporaryFolder();
  process.env.FAULTLINE_PACT_PARTS = join(other.path, 'parts');
  const testFile = new URL('./mailer.pact.test.ts', import.meta.url).href;
  await consumerContract(testFile, 'mailer', 'stock').message(
    'stock.empty',
    'the last piece was sold',
    { topic: 'stock.events', headers: { type: 'stock.empty' }, value: { product: 'p-1' } },
    () => undefined,
  );
  const pacts = join(other.path, 'pacts');
  await mergeContracts({ parts: join(other.path, 'parts'), into: pacts });

  const { matrix } = await verify({ pacts, states: { 'the last piece was sold': () => ({ key: 'p-1' }) } });

  expect(matrix.pairs).toMatchObject([
    {
      kind: 'message',
      verdict: 'fail',
      interactions: [{ verdict: 'fail', problems: ['no broker of the lab holds the topics stock.events'] }],
    },
  ]);
});

test('an aborted verification ends at once and says so', async () => {
  await using provider = await tinyProvider(() => undefined);
  const setup: ContractSetup = {
    pactFolder,
    providers: { stock: { states: { 'a product with stock': () => ({ id: 'p-1' }) } } },
  };
  const stop = new AbortController();
  const lab = tinyLab({ stock: provider.port });
  const onProgress = () => stop.abort(new Error('enough'));

  await expect(verifyContracts(lab, { setup, signal: stop.signal, onProgress })).rejects.toThrow('enough');
});
