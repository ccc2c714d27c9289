/** Pact files (specification V4) as plain data: read with a clear refusal, identified, put in order, sealed with a digest. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { HarnessError, messageOf } from '../core/index.ts';

export interface PactFile {
  readonly consumer: { readonly name: string };
  readonly provider: { readonly name: string };
  readonly interactions: readonly PactInteraction[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** One interaction; members that only Pact itself reads stay untyped. */
export interface PactInteraction {
  readonly type: string;
  readonly description: string;
  readonly providerStates?: readonly PactState[];
  /** Of a message: topic, key and headers under the fixed names of `metadata.ts`. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly contents?: { readonly contentType?: string };
  /** Of a gRPC call: what is asked, and the one answer to it. */
  readonly request?: PactContents & { readonly generators?: unknown };
  readonly response?: readonly PactContents[];
  readonly matchingRules?: { readonly metadata?: Readonly<Record<string, unknown>> };
}

interface PactContents {
  readonly contents?: { readonly content?: unknown };
}

export interface PactState {
  readonly name: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export type PactKind = 'http' | 'message' | 'grpc';

const KINDS: Readonly<Record<string, PactKind>> = {
  'Synchronous/HTTP': 'http',
  'Asynchronous/Messages': 'message',
  'Synchronous/Messages': 'grpc',
};

/**
 * Reads one pact file and checks it: whole JSON, a V4 pact, named `<consumer>-<provider>.json`, and unchanged since it was merged
 * (files that other tools wrote carry no seal; those are taken as they are). Throws `bad-file`.
 */
export async function readPact(file: string): Promise<PactFile> {
  const refuse = (why: string, cause?: unknown) =>
    new HarnessError({
      code: 'bad-file',
      message: `the pact file ${file} ${why}`,
      hint: 'Write it again by running the consumer tests and merging, or restore it from git.',
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw refuse(`cannot be read: ${messageOf(cause)}`, cause);
  }
  const fault = shapeFault(value);
  if (fault !== undefined) throw refuse(fault);
  const pact = value as PactFile;
  const wanted = pactFileName(pact);
  if (basename(file) !== wanted) throw refuse(`holds the contract that belongs into ${wanted}`);
  const seal = pact.metadata.faultline as { sha256?: unknown } | undefined;
  if (seal !== undefined && seal.sha256 !== digestOf(pact))
    throw refuse('was changed after it was merged (its seal does not match)');
  return pact;
}

/** What is wrong with the shape of a parsed pact file, as the end of a sentence; undefined where nothing is. */
function shapeFault(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'is not a JSON object';
  const { consumer, provider, interactions, metadata } = value as Partial<PactFile>;
  if (typeof consumer?.name !== 'string' || typeof provider?.name !== 'string')
    return 'names no consumer or no provider';
  if (!Array.isArray(interactions) || interactions.length === 0) return 'holds no interactions';
  const version = (metadata?.pactSpecification as { version?: string } | undefined)?.version;
  if (!version?.startsWith('4')) return `is not of Pact specification 4 (found: ${version ?? 'none'})`;
  for (const [index, interaction] of interactions.entries()) {
    if (typeof interaction?.description !== 'string') return `has no description in interaction ${index + 1}`;
    if (!(interaction.type in KINDS))
      return `has an interaction of a kind that is not verified here: ${interaction.type}`;
    const fault = KINDS[interaction.type] === 'grpc' ? grpcFault(interaction) : undefined;
    if (fault !== undefined) return `${fault} in interaction ${index + 1}`;
  }
  return undefined;
}

/** A synchronous message is a gRPC call in the form of `grpc-call.ts`: anything else would be compared with the wrong thing. */
function grpcFault({ request, response }: PactInteraction): string | undefined {
  const asked = request?.contents?.content as { method?: unknown; message?: unknown } | undefined;
  if (typeof asked?.method !== 'string' || typeof asked.message !== 'object') return 'names no gRPC method and message';
  if (request?.generators !== undefined) return 'leaves the gRPC request to the provider state, which is not done';
  const answers = response ?? [];
  if (answers.length !== 1) return `has ${answers.length} answers where a gRPC call has one`;
  const answer = answers[0]?.contents?.content as { status?: unknown } | undefined;
  return typeof answer?.status === 'string' ? undefined : 'names no gRPC status';
}

export function kindOf(interaction: PactInteraction): PactKind {
  return KINDS[interaction.type] ?? 'http';
}

export function pactFileName(pact: Pick<PactFile, 'consumer' | 'provider'>): string {
  return `${pact.consumer.name}-${pact.provider.name}.json`;
}

/** Under what an interaction is one and the same: description and states with their parameters. */
export function interactionKey(interaction: Pick<PactInteraction, 'description' | 'providerStates'>): string {
  const states = (interaction.providerStates ?? []).map((state) => [state.name, state.params ?? {}]);
  return canonical([interaction.description, states]);
}

/** `description` with its states, for sentences. */
export function interactionTitle(interaction: Pick<PactInteraction, 'description' | 'providerStates'>): string {
  const states = (interaction.providerStates ?? []).map((state) => `"${state.name}"`).join(' and ');
  return states === '' ? `"${interaction.description}"` : `"${interaction.description}" given ${states}`;
}

/** The file's text: keys and interactions in a fixed order, only the metadata that does not change with a library, and the seal. */
export function renderPact(pact: PactFile): string {
  const ordered = [...pact.interactions].sort((a, b) => compareText(interactionKey(a), interactionKey(b)));
  const plain: PactFile = { ...pact, interactions: ordered, metadata: { pactSpecification: { version: '4.0' } } };
  const seal = { interactions: ordered.length, sha256: digestOf(plain) };
  return `${canonical({ ...plain, metadata: { ...plain.metadata, faultline: seal } }, 2)}\n`;
}

function digestOf(pact: PactFile): string {
  const { consumer, provider, interactions } = pact;
  return createHash('sha256').update(canonical({ consumer, provider, interactions })).digest('hex');
}

/** JSON with the keys of every object sorted. */
export function canonical(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_, member) => (isPlain(member) ? Object.fromEntries(Object.entries(member).sort(byKey)) : member),
    indent,
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return compareText(a, b);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
