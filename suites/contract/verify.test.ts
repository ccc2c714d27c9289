/** The shop's contracts, verified against its running services, and what is said when a provider breaks its word. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import setup from '../../fixtures/contracts/setup.ts';
import { verifyContracts } from '../../harness/contracts/index.ts';
import { type PactFile, renderPact } from '../../harness/contracts/pact-file.ts';
import type { ContractMatrix, Lab } from '../../harness/core/index.ts';
import { shopLab } from './shop-lab.ts';

let lab: Lab;
let letGo: () => Promise<void>;
const folders: string[] = [];

beforeAll(async () => {
  ({ lab, letGo } = await shopLab());
});

afterAll(async () => {
  await letGo?.();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

/** One line for each interaction that is not a pass. */
function troubles(matrix: ContractMatrix): string[] {
  return matrix.pairs.flatMap(({ consumer, provider, problem, interactions }) => [
    ...(problem === undefined ? [] : [`${consumer} -> ${provider}: ${problem}`]),
    ...interactions
      .filter(({ verdict }) => verdict !== 'pass')
      .map(({ description, verdict, problems }) => `${consumer} -> ${provider} ${description} ${verdict}: ${problems}`),
  ]);
}

interface Changeable {
  readonly description: string;
  readonly contents: { readonly content: { readonly data: Record<string, unknown> } };
  readonly metadata: Record<string, unknown>;
  /** Of a gRPC call. */
  readonly response: readonly [{ readonly contents: { readonly content: { readonly message: object } } }];
}

/** A copy of the agreed pact files in which one interaction asks for something else; sealed as if it had been merged so. */
async function pactsWith(
  file: string,
  description: string,
  change: (interaction: Changeable) => void,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-pacts-changed-'));
  folders.push(folder);
  await cp(join(setup.pactFolder, file), join(folder, file));
  const pact = JSON.parse(await readFile(join(folder, file), 'utf8')) as PactFile;
  const changed = pact.interactions.find((interaction) => interaction.description === description);
  change(changed as unknown as Changeable);
  await writeFile(join(folder, file), renderPact(pact));
  return folder;
}

test('every provider keeps its contract with every consumer', async () => {
  const matrix = await verifyContracts(lab, { setup });

  expect(troubles(matrix)).toEqual([]);
  expect(matrix.verdict).toBe('pass');
  const pairs = matrix.pairs.map(({ consumer, provider, kind, interactions }) => [
    `${consumer} -> ${provider}`,
    kind,
    interactions.length,
  ]);
  expect(pairs).toEqual([
    ['analytics -> inventory', 'message', 1],
    ['analytics -> order', 'message', 5],
    ['analytics -> payment', 'message', 3],
    ['analytics -> shipping', 'message', 2],
    ['bff-mobile -> catalog', 'http', 1],
    ['bff-mobile -> inventory', 'http', 1],
    ['bff-mobile -> order', 'http', 1],
    ['bff-web -> catalog', 'http', 2],
    ['bff-web -> inventory', 'http', 1],
    ['bff-web -> order', 'http', 1],
    ['bff-web -> registry', 'http', 6],
    ['bff-web -> user', 'http', 1],
    ['gateway -> bff-mobile', 'http', 2],
    ['gateway -> bff-web', 'http', 2],
    ['gateway -> catalog', 'http', 5],
    ['gateway -> inventory', 'http', 2],
    ['gateway -> inventory', 'grpc', 2],
    ['gateway -> order-history', 'http', 2],
    ['gateway -> order', 'http', 16],
    ['gateway -> payment', 'http', 3],
    ['gateway -> registry', 'http', 2],
    ['gateway -> shipping', 'http', 1],
    ['gateway -> user', 'http', 12],
    ['inventory -> order', 'message', 4],
    ['inventory -> payment', 'message', 2],
    ['notification -> messages', 'http', 2],
    ['notification -> order', 'message', 4],
    ['notification -> user', 'message', 2],
    ['order -> catalog', 'grpc', 2],
    ['order-history -> inventory', 'message', 3],
    ['order-history -> order', 'message', 5],
    ['order-history -> payment', 'message', 4],
    ['order-history -> shipping', 'message', 2],
    ['order -> inventory', 'grpc', 3],
    ['order -> inventory', 'message', 6],
    ['order -> payment', 'message', 4],
    ['order -> shipping', 'message', 3],
    ['payment -> inventory', 'message', 1],
    ['payment -> order', 'message', 3],
    ['payment -> psp', 'http', 6],
    ['payment -> shipping', 'message', 1],
    ['shipping -> carrier', 'http', 2],
    ['shipping -> order', 'message', 1],
    ['shipping -> payment', 'message', 1],
  ]);
});

test('a second verification in the same lab finds the same, in the time allowed', async () => {
  const matrix = await verifyContracts(lab, { setup });

  expect(troubles(matrix)).toEqual([]);
  expect(matrix.tookMs).toBeLessThan(8000);
});

test('a consumer that needs what the record on the topic does not hold is told so', async () => {
  const pactFolder = await pactsWith('shipping-payment.json', 'payment.charged', (interaction) => {
    interaction.contents.content.data.insured = true;
  });

  const matrix = await verifyContracts(lab, { setup: { ...setup, pactFolder } });

  expect(troubles(matrix)).toEqual([
    expect.stringMatching(/^shipping -> payment payment\.charged fail: .*missing the following keys: insured/),
  ]);
});

test('a consumer that needs what the answer to a gRPC call does not hold is told so', async () => {
  const pactFolder = await pactsWith('order-catalog.json', 'what does it cost', (interaction) => {
    const { products } = interaction.response[0].contents.content.message as { products: object[] };
    Object.assign(products[0] ?? {}, { discount: 5 });
  });

  const matrix = await verifyContracts(lab, { setup: { ...setup, pactFolder } });

  expect(troubles(matrix)).toEqual([
    expect.stringMatching(/^order -> catalog what does it cost fail: .*missing the following keys: discount/),
  ]);
});

test('a record that the provider does not emit is missed, and what it emitted instead is named', async () => {
  const pactFolder = await pactsWith('order-shipping.json', 'shipment.created', (interaction) => {
    interaction.metadata.kafka_headers_type = 'shipment.sent';
  });

  const matrix = await verifyContracts(lab, { setup: { ...setup, pactFolder }, recordTimeoutMs: 1500 });

  expect(troubles(matrix)).toEqual([
    expect.stringMatching(
      /^order -> shipping shipment\.created fail: .*type=shipment\.sent; last seen: 1 of that key: type=shipment\.created$/,
    ),
  ]);
});

test('a provider that is killed is red with that reason, and the others are verified', async () => {
  await lab.parts.kill('carrier');
  try {
    const filter = { consumer: 'shipping' };
    const matrix = await verifyContracts(lab, { setup, filter, recordTimeoutMs: 2000 });

    expect(matrix.verdict).toBe('fail');
    const carrier = matrix.pairs.find(({ provider }) => provider === 'carrier');
    expect(carrier).toMatchObject({ verdict: 'fail', problem: expect.stringMatching(/^carrier does not answer/) });
    expect(matrix.pairs.find(({ provider }) => provider === 'payment')?.verdict).toBe('pass');
  } finally {
    await lab.parts.start('carrier');
  }
});
