/** gRPC contracts by the real Pact library and real calls: what is not on the wire, not declared or not answered is red, with the reason. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Client,
  credentials,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { MatchersV3 } from '@pact-foundation/pact';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ConsumerContract,
  consumerContract,
  mergeContracts,
  type StateHandlers,
  verifyContracts,
} from '../../../harness/contracts/index.ts';
import type { ContractMatrix } from '../../../harness/core/index.ts';
import { temporaryFolder, tinyLab, tinyProvider } from './tiny.ts';

const { boolean, integer } = MatchersV3;

const METHOD = 'tiny.v1.Stock/Look';
const PROTO = `syntax = "proto3";
package tiny.v1;
service Stock {
  rpc Look(LookRequest) returns (LookReply);
  rpc Watch(LookRequest) returns (stream LookReply);
}
message LookRequest { string product_id = 1; }
message LookReply { bool sold = 1; int64 left = 2; int64 price = 3; repeated string places = 4; }`;

type Look = (request: { readonly productId: string }) => object;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let protos: string;
let pactFolder: string;

/** Two calls of `till` to `stock`, recorded and merged by the real thing. */
beforeAll(async () => {
  folder = await temporaryFolder();
  protos = join(folder.path, 'protos');
  await mkdir(protos);
  await writeFile(join(protos, 'stock.proto'), PROTO);
  pactFolder = join(folder.path, 'pacts');
  process.env.FAULTLINE_PACT_PARTS = join(folder.path, 'parts');
  const contract = consumerContract(import.meta.url, 'till', 'stock');
  const answer = { message: { sold: false, left: integer(3), price: integer(250) } };
  await contract.grpc('look', 'a product with stock', callOf('p-1', answer), async (address) => {
    expect(await ask(address, 'p-1')).toMatchObject({ left: 3, price: 250 });
  });
  await contract.grpc('look at nothing', undefined, callOf('p-0', { status: 'NOT_FOUND' }), (address) =>
    expect(ask(address, 'p-0')).rejects.toMatchObject({ code: status.NOT_FOUND }),
  );
  await mergeContracts({ parts: process.env.FAULTLINE_PACT_PARTS, into: pactFolder });
});

afterAll(() => folder[Symbol.asyncDispose]());

function callOf(productId: string, answer: Parameters<ConsumerContract['grpc']>[2]['answer']) {
  return { protos, method: METHOD, request: { productId }, answer };
}

function stockService(): ServiceClientConstructor {
  const loaded = loadPackageDefinition(loadSync(join(protos, 'stock.proto'), { longs: Number })) as never;
  return (loaded as { tiny: { v1: { Stock: ServiceClientConstructor } } }).tiny.v1.Stock;
}

function ask(address: string, productId: string): Promise<unknown> {
  const { Look } = stockService().service;
  const client = new Client(address, credentials.createInsecure());
  return new Promise((resolve, reject) => {
    if (Look === undefined) return reject(new Error('no method Look'));
    client.makeUnaryRequest(
      Look.path,
      Look.requestSerialize,
      Look.responseDeserialize,
      { productId },
      (error, reply) => (error ? reject(error) : resolve(reply)),
    );
  }).finally(() => client.close());
}

/** A provider that looks alive over HTTP and answers gRPC by `look`. */
async function serveLook(look: Look): Promise<AsyncDisposable & { readonly port: number }> {
  const server = new Server();
  const refuse = (code: status, details: string) => ({ code, details });
  server.addService(stockService().service, {
    Look: (call: { request: { productId: string } }, reply: (error: object | null, answer?: object) => void) => {
      if (call.request.productId === 'p-0') reply(refuse(status.NOT_FOUND, 'there is no p-0'));
      else reply(null, look(call.request));
    },
    Watch: (call: { end(): void }) => call.end(),
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, own) =>
      error ? reject(error) : resolve(own),
    ),
  );
  return { port, [Symbol.asyncDispose]: async () => server.forceShutdown() };
}

interface Wish {
  readonly look?: Look;
  readonly states?: StateHandlers;
  readonly pacts?: string;
  /** Default: where `look` is served. */
  readonly grpcPort?: number;
  readonly timeoutMs?: number;
}

async function verify(wish: Wish = {}): Promise<ContractMatrix> {
  await using http = await tinyProvider((_, response) => response.writeHead(404).end());
  await using grpc = await serveLook(wish.look ?? (() => ({ left: 17, price: 199 })));
  const states = wish.states ?? { 'a product with stock': () => undefined };
  const setup = { pactFolder: wish.pacts ?? pactFolder, protos, providers: { stock: { states } } };
  const lab = tinyLab({ stock: http.port }, wish.grpcPort ?? grpc.port);
  // Awaited here: both servers are there until it is done.
  const matrix = await verifyContracts(lab, { setup, timeoutMs: wish.timeoutMs });
  return matrix;
}

/** Of the call `look`. */
function look(matrix: ContractMatrix) {
  return matrix.pairs[0]?.interactions.find(({ description }) => description === 'look');
}

test('a provider that answers as agreed passes, a refusal included; what is false is not on the wire and still there', async () => {
  const matrix = await verify();

  expect(matrix.pairs).toMatchObject([
    { consumer: 'till', provider: 'stock', kind: 'grpc', verdict: 'pass', interactions: [{}, {}] },
  ]);
});

test('a member that the provider does not send is missing, although the .proto has a default for it', async () => {
  expect(look(await verify({ look: () => ({ left: 17, sum: 199 }) }))).toMatchObject({
    verdict: 'fail',
    problems: [expect.stringMatching(/^body \$\.message: .*missing the following keys: price/)],
  });
});

test('another value than the one that was agreed is red', async () => {
  expect(look(await verify({ look: () => ({ sold: true, left: 17, price: 199 }) }))).toMatchObject({
    verdict: 'fail',
    problems: [expect.stringMatching(/^body \$\.message\.sold: /)],
  });
});

test('another status than the one that was agreed is red', async () => {
  const refusing = () => {
    throw new Error('out of order');
  };
  expect(look(await verify({ look: refusing }))).toMatchObject({
    verdict: 'fail',
    problems: expect.arrayContaining([expect.stringMatching(/^body \$\.status: Expected 'UNKNOWN'.* 'OK'/)]),
  });
});

test('a state handler that throws, or is missing, is red', async () => {
  const throwing = () => {
    throw new Error('no such shelf');
  };
  expect(look(await verify({ states: { 'a product with stock': throwing } }))?.problems).toEqual([
    'the state handler for "a product with stock" of stock failed: no such shelf',
  ]);
  expect(look(await verify({ states: {} }))?.problems).toEqual([
    'no state handler for "a product with stock" of stock (there are: none)',
  ]);
});

test('a provider whose gRPC door is closed is red with the address and the reason', async () => {
  const gone = await serveLook(() => ({}));
  await gone[Symbol.asyncDispose]();

  const matrix = await verify({ grpcPort: gone.port, timeoutMs: 900 });

  expect(matrix.verdict).toBe('fail');
  expect(look(matrix)?.problems).toEqual([
    expect.stringMatching(/^stock at 127\.0\.0\.1:\d+ did not answer tiny\.v1\.Stock\/Look: (UNAVAILABLE|DEADLINE)/),
  ]);
});

test('a lab without a gRPC edge to the provider is red with that reason', async () => {
  await using http = await tinyProvider((_, response) => response.writeHead(404).end());
  const setup = { pactFolder, protos, providers: { stock: { states: { 'a product with stock': () => undefined } } } };

  const matrix = await verifyContracts(tinyLab({ stock: http.port }), { setup });

  expect(look(matrix)?.problems).toEqual(['topology tiny has no gRPC edge to stock']);
});

/** Declares one call in a part folder of its own. */
async function declare(
  expected: Partial<Parameters<ConsumerContract['grpc']>[2]>,
  use: (address: string) => Promise<unknown>,
): Promise<void> {
  await using other = await temporaryFolder();
  process.env.FAULTLINE_PACT_PARTS = join(other.path, 'parts');
  const testFile = new URL(`./${other.path.split('-').at(-1)}.pact.test.ts`, import.meta.url).href;
  const whole = { ...callOf('p-1', { message: { sold: boolean(true) } }), ...expected };
  await consumerContract(testFile, 'till', 'stock').grpc('look', undefined, whole, use);
}

test.for([
  ['what its consumer does not ask', {}, async () => undefined, /Look \{"productId":"p-1"\}; it was not asked at all/],
  ['another question than the one asked', {}, (at: string) => ask(at, 'p-2'), /it was asked \{"productId":"p-2"\}/],
  [
    'a member that the .proto has not',
    { answer: { message: { cost: 1 } } },
    ask,
    /answer of .* not as its \.proto says/,
  ],
  ['a value of another type', { request: { productId: 7 } }, ask, /request of .* not as its \.proto says/],
  [
    'a method that no .proto declares',
    { method: 'tiny.v1.Stock/Count' },
    ask,
    /declares the method .*\(there are: tiny/,
  ],
  ['a stream', { method: 'tiny.v1.Stock/Watch' }, ask, /Watch streams/],
] as const)('a contract on %s is refused in the consumer test', async ([, expected, use, message]) => {
  await expect(declare(expected, use as never)).rejects.toMatchObject({
    code: 'contract-failed',
    message: expect.stringMatching(message),
  });
});

test('a request that is left to the provider state is a bad file, not a call with the example', async () => {
  await using other = await temporaryFolder();
  const left = {
    ...{ type: 'Synchronous/Messages', description: 'look' },
    request: {
      contents: { content: { method: METHOD, message: { productId: 'p-1' } } },
      generators: { body: { '$.message.productId': { type: 'ProviderState', expression: 'id' } } },
    },
    response: [{ contents: { content: { status: 'OK', message: {} } } }],
  };
  const names = { consumer: { name: 'till' }, provider: { name: 'stock' } };
  const pact = { ...names, interactions: [left], metadata: { pactSpecification: { version: '4.0' } } };
  await writeFile(join(other.path, 'till-stock.json'), JSON.stringify(pact));

  await expect(verify({ pacts: other.path })).rejects.toMatchObject({
    code: 'bad-file',
    message: expect.stringMatching(/leaves the gRPC request to the provider state, .* in interaction 1$/),
  });
});
