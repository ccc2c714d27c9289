/** For consumer tests: a Pact of one consumer with one provider that writes into a folder of its test file and notes what it declares. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as PactLibrary from '@pact-foundation/pact';
import { HarnessError } from '../core/index.ts';
import type { GrpcAnswer } from './grpc-call.ts';
import { type GrpcMessage, readGrpcMethods } from './grpc-methods.ts';
import { withGrpcStub } from './grpc-stub.ts';
import { expectedMetadata, recordFromMetadata } from './metadata.ts';
import { interactionKey, interactionTitle, type PactState } from './pact-file.ts';

export interface Declared {
  readonly consumer: string;
  readonly provider: string;
  readonly description: string;
  readonly providerStates: readonly PactState[];
}

export type States = string | PactState | readonly PactState[];

type Pact4 = InstanceType<typeof PactLibrary.Pact>;

export interface ConsumerContract {
  /** An HTTP interaction, ready for `withRequest`. */
  http(description: string, given?: States): ReturnType<Pact4['addInteraction']>;
  /**
   * A Kafka record from the provider: `expected` says what the consumer needs of it (plain values are exact, or Pact's matchers);
   * `consume` is given the example as it would lie on the topic, and should pass it to the consumer's own code.
   */
  message(
    description: string,
    given: States,
    expected: ExpectedRecord,
    consume: (record: ExampleRecord) => unknown,
  ): Promise<void>;
  /**
   * A gRPC call: `use` is given the address (host:port) of a server that expects exactly this request and gives the example of the
   * answer, and should call it by the consumer's own client.
   */
  grpc(
    description: string,
    given: States | undefined,
    expected: ExpectedCall,
    use: (address: string) => Promise<unknown>,
  ): Promise<void>;
}

export interface ExpectedCall {
  /** Folder of the .proto files. */
  readonly protos: string;
  /** `shop.inventory.v1.Inventory/CheckAvailability` */
  readonly method: string;
  /** Plain: it is what the provider will be asked. */
  readonly request: GrpcMessage;
  /** With Pact's matchers in it; or the status of a refusal. */
  readonly answer: { readonly message: GrpcMessage } | { readonly status: string };
}

export interface ExpectedRecord {
  readonly topic: string;
  readonly key?: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** JSON, with Pact's matchers in it. */
  readonly value: unknown;
}

export interface ExampleRecord {
  readonly topic: string;
  readonly key: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer;
}

/** Name of the file in a part folder that lists what the tests of that file declared. */
export const DECLARED_FILE = 'declared.json';
/** Folder in a part folder into which Pact writes. */
export const PACTS_FOLDER = 'pacts';

/** Pact's native library takes a second to load: only when a contract is declared, not for everybody who imports this module. */
const load = createRequire(import.meta.url);

const declaredByFolder = new Map<string, Declared[]>();

/** Where consumer tests leave their parts: `FAULTLINE_PACT_PARTS`, or a folder that git ignores. */
export function partsFolder(root = process.cwd()): string {
  return process.env.FAULTLINE_PACT_PARTS ?? join(root, 'node_modules', '.cache', 'faultline', 'contract-parts');
}

/**
 * The contract of `consumer` with `provider`, for the test file at `testFileUrl` (its `import.meta.url`). Each test file has an output
 * folder of its own, wiped at first use: two files that write one pact file lose interactions without any test failing.
 */
export function consumerContract(testFileUrl: string, consumer: string, provider: string): ConsumerContract {
  const folder = join(partsFolder(), partName(fileURLToPath(testFileUrl)));
  const { Pact } = load('@pact-foundation/pact') as typeof PactLibrary;
  const pact = new Pact({ consumer, provider, dir: join(folder, PACTS_FOLDER), logLevel: 'error' });
  const declare = (description: string, given: States | undefined): readonly PactState[] => {
    const providerStates = statesOf(given);
    note(folder, { consumer, provider, description, providerStates });
    return providerStates;
  };
  return {
    http: (description, given) => {
      let interaction = pact.addInteraction();
      for (const { name, params } of declare(description, given))
        interaction = interaction.given(name, params as never);
      return interaction.uponReceiving(description);
    },
    message: async (description, given, expected, consume) => {
      let interaction = pact.addAsynchronousInteraction();
      for (const { name, params } of declare(description, given))
        interaction = interaction.given(name, params as never);
      await interaction
        .expectsToReceive(description, (builder) => {
          builder.withJSONContent(expected.value).withMetadata(expectedMetadata(expected) as never);
        })
        .executeTest(async ({ contents, metadata }) => consume(exampleOf(contents.content, metadata)));
    },
    grpc: async (description, given, { protos, method, request, answer }, use) => {
      let interaction = pact.addSynchronousInteraction(description);
      for (const { name, params } of declare(description, given))
        interaction = interaction.given(name, params as never);
      await interaction
        .withRequest((builder) => void builder.withJSONContent({ method, message: request }))
        .withResponse((builder) => void builder.withJSONContent({ status: 'OK', ...answer }))
        .executeTest(async ({ Response }) => {
          const example = JSON.parse(String(Response[0]?.content)) as GrpcAnswer;
          await withGrpcStub(readGrpcMethods(protos), { method, message: request }, example, use);
        });
    },
  };
}

/** The part folder's name of a test file: its own name, without the folder. */
export function partName(testFile: string): string {
  return basename(testFile).replace(/\.[cm]?[jt]s$/, '');
}

function exampleOf(content: unknown, metadata: Readonly<Record<string, unknown>>): ExampleRecord {
  return { ...recordFromMetadata(metadata), value: Buffer.from(JSON.stringify(content)) };
}

function statesOf(given: States | undefined): readonly PactState[] {
  if (given === undefined) return [];
  if (typeof given === 'string') return [{ name: given }];
  return Array.isArray(given) ? given : [given as PactState];
}

function note(folder: string, declared: Declared): void {
  const known = declaredByFolder.get(folder) ?? fresh(folder);
  const twin = known.some(
    (other) =>
      other.consumer === declared.consumer &&
      other.provider === declared.provider &&
      interactionKey(other) === interactionKey(declared),
  );
  if (twin) {
    throw new HarnessError({
      code: 'contract-failed',
      message: `${declared.consumer} declares ${interactionTitle(declared)} of ${declared.provider} twice in one test file`,
      hint: 'Give the second one a description or a state of its own.',
    });
  }
  known.push(declared);
  declaredByFolder.set(folder, known);
  writeFileSync(join(folder, DECLARED_FILE), `${JSON.stringify(known, undefined, 2)}\n`);
}

function fresh(folder: string): Declared[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, PACTS_FOLDER), { recursive: true });
  return [];
}
