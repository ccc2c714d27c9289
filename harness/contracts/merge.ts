/** Merges what each consumer test file wrote into one pact file per consumer and provider, and sees to it that nothing is lost. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError, messageOf } from '../core/index.ts';
import { DECLARED_FILE, type Declared, PACTS_FOLDER } from './consumer.ts';
import {
  canonical,
  compareText,
  interactionKey,
  interactionTitle,
  type PactFile,
  type PactInteraction,
  pactFileName,
  renderPact,
} from './pact-file.ts';

export interface MergeOptions {
  /** Folder with one part folder per consumer test file. */
  readonly parts: string;
  /** Folder the pact files are written to; every other `*.json` in it is removed. */
  readonly into: string;
  /** Names of the part folders that must be there (`partName` of each test file). Default: what is there. */
  readonly expectedParts?: readonly string[];
}

export interface MergeResult {
  /** Names of the files written, in order. */
  readonly files: readonly string[];
  readonly interactions: number;
}

/**
 * Deterministic: the same tests give the same bytes. Throws `contract-failed` when a test file left nothing, when a declared interaction
 * is not in what Pact wrote (its test failed, or two writers met), or when two tests describe one interaction differently.
 * Nothing is written unless everything is well.
 */
export async function mergeContracts(options: MergeOptions): Promise<MergeResult> {
  const parts = await partsOf(options);
  const merged = new Map<string, Merged>();
  for (const part of parts) {
    const written = await pactsOf(join(options.parts, part));
    await assertNothingLost(written, join(options.parts, part), part);
    for (const pact of written) add(merged, pact, part);
  }
  const pacts = [...merged.values()].map(({ pact, interactions }) => ({
    ...pact,
    interactions: [...interactions.values()].map(({ interaction }) => interaction),
  }));
  pacts.sort((a, b) => compareText(pactFileName(a), pactFileName(b)));
  await writeAll(options.into, pacts);
  return {
    files: pacts.map(pactFileName),
    interactions: pacts.reduce((sum, pact) => sum + pact.interactions.length, 0),
  };
}

interface Merged {
  readonly pact: PactFile;
  readonly interactions: Map<string, { readonly interaction: PactInteraction; readonly part: string }>;
}

async function partsOf(options: MergeOptions): Promise<string[]> {
  const found = await readdir(options.parts).catch((): string[] => []);
  const missing = (options.expectedParts ?? []).filter((part) => !found.includes(part));
  if (missing.length > 0 || found.length === 0) {
    throw new HarnessError({
      code: 'contract-failed',
      message: `consumer tests left no contract: ${missing.join(', ') || 'nothing'} in ${options.parts}`,
      hint: 'Run all consumer tests before merging.',
    });
  }
  return (options.expectedParts === undefined ? found : [...options.expectedParts]).sort(compareText);
}

async function pactsOf(part: string): Promise<PactFile[]> {
  const folder = join(part, PACTS_FOLDER);
  const names = (await readdir(folder).catch((): string[] => []))
    .filter((name) => name.endsWith('.json'))
    .sort(compareText);
  return Promise.all(names.map((name) => readJson<PactFile>(join(folder, name))));
}

function add(merged: Map<string, Merged>, pact: PactFile, part: string): void {
  const name = pactFileName(pact);
  const into = merged.get(name) ?? { pact, interactions: new Map() };
  merged.set(name, into);
  for (const interaction of pact.interactions) {
    const key = interactionKey(interaction);
    const known = into.interactions.get(key);
    if (known !== undefined && canonical(known.interaction) !== canonical(interaction)) {
      throw new HarnessError({
        code: 'contract-failed',
        message: `${name}: ${interactionTitle(interaction)} is described differently by ${known.part} and ${part}`,
        hint: 'Give one of them another description or state, or make them the same.',
      });
    }
    into.interactions.set(key, known ?? { interaction, part });
  }
}

/** Compares what the tests of a part declared with what Pact wrote for it. */
async function assertNothingLost(written: readonly PactFile[], folder: string, part: string): Promise<void> {
  const declared = await readJson<Declared[]>(join(folder, DECLARED_FILE));
  const there = new Set(
    written.flatMap((pact) => pact.interactions.map((one) => `${pactFileName(pact)} ${interactionKey(one)}`)),
  );
  const lost = declared.filter((one) => {
    const file = pactFileName({ consumer: { name: one.consumer }, provider: { name: one.provider } });
    return !there.has(`${file} ${interactionKey(one)}`);
  });
  if (lost.length === 0) return;
  const titles = lost.map((one) => `${one.consumer} -> ${one.provider} ${interactionTitle(one)}`);
  throw new HarnessError({
    code: 'contract-failed',
    message: `${part}: ${lost.length} of ${declared.length} declared interactions lost: ${titles.join('; ')}`,
    hint: 'A test of it failed, or two test files wrote into one folder.',
    facts: { declared: declared.length, lost: lost.length },
  });
}

async function writeAll(into: string, pacts: readonly PactFile[]): Promise<void> {
  await mkdir(into, { recursive: true });
  const wanted = new Set(pacts.map(pactFileName));
  const stale = (await readdir(into)).filter((name) => name.endsWith('.json') && !wanted.has(name));
  await Promise.all(stale.map((name) => rm(join(into, name))));
  for (const pact of pacts) {
    const file = join(into, pactFileName(pact));
    await writeFile(`${file}.part`, renderPact(pact));
    await rename(`${file}.part`, file);
  }
}

async function readJson<T>(file: string): Promise<T> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (cause) {
    throw new HarnessError({
      code: 'bad-file',
      message: `${file} cannot be read: ${messageOf(cause)}`,
      hint: 'Run the consumer tests again.',
      cause,
    });
  }
}
