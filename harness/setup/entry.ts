/** Entries of the user cache: made once, moved into place whole, looked at on every start, and made again when damaged. */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../core/index.ts';
import { type CacheContext, cacheTrouble, isDiskTrouble, makeOpenFolder } from './cache.ts';
import { takeLock } from './lock.mjs';
import {
  findDamage,
  forgetManifest,
  lastUseMs,
  lookAtFiles,
  type Manifest,
  makeManifest,
  noteUse,
  readManifest,
  writeManifest,
} from './manifest.ts';

const UNUSED_AFTER_MS = 30 * 24 * 3_600_000;

/** How one entry is made. */
export interface Recipe {
  /** Tool it belongs to, for progress. */
  readonly tool: string;
  /** Name of the entry's folder, before the hash of its key. */
  readonly name: string;
  /** All that the content depends on: another key is another entry. */
  readonly key: string;
  /** What is being done, for progress: "building toxiproxy 2.12.0". */
  readonly what: string;
  /** Fills the empty folder `draft`, which becomes the entry; the result is kept as the entry's facts. */
  make(draft: string): Promise<Readonly<Record<string, string>>>;
}

export interface Entry {
  readonly folder: string;
  readonly facts: Readonly<Record<string, string>>;
  /** Whether it had to be made now. */
  readonly made: boolean;
}

export function entryFolder(root: string, recipe: Pick<Recipe, 'name' | 'key'>): string {
  return join(root, entryName(recipe));
}

function entryName({ name, key }: Pick<Recipe, 'name' | 'key'>): string {
  return `${name}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
}

/** The entry when it is there and whole by a quick look; undefined otherwise. Makes nothing. */
export function findEntry(root: string, recipe: Pick<Recipe, 'name' | 'key'>): Entry | undefined {
  const folder = entryFolder(root, recipe);
  const manifest = readManifest(folder);
  if (manifest === undefined || manifest.key !== recipe.key) return undefined;
  if (lookAtFiles(folder, manifest).state !== 'same') return undefined;
  noteUse(folder);
  return { folder, facts: manifest.facts, made: false };
}

/**
 * Reads every byte of an entry. `damaged` names the first file that is not as it was made; as a quick look might not see that,
 * the entry is also marked as unfinished, so that it is made again when it is next wanted.
 */
export async function inspectEntry(
  root: string,
  recipe: Pick<Recipe, 'name' | 'key'>,
): Promise<{ readonly state: 'whole' | 'missing' | 'damaged'; readonly folder: string; readonly file?: string }> {
  const folder = entryFolder(root, recipe);
  const manifest = readManifest(folder);
  if (manifest === undefined) return { state: existsSync(folder) ? 'damaged' : 'missing', folder };
  const file = await findDamage(folder, manifest);
  if (file === undefined) return { state: 'whole', folder };
  forgetManifest(folder);
  return { state: 'damaged', folder, file };
}

/**
 * The entry, made now where it is missing, unfinished or damaged. Two processes that want the same entry make it once.
 * Throws `cache-unwritable` where something must be made and the cache cannot be written, and what `make` throws.
 */
export async function obtainEntry(context: CacheContext, recipe: Recipe): Promise<Entry> {
  const found = findEntry(context.root, recipe);
  if (found !== undefined) return found;
  const startMs = systemClock.now();
  const { report, root, signal } = context;
  const tell = (state: 'start' | 'done' | 'failed', what: string) =>
    report({ tool: recipe.tool, what, state, ...(state === 'start' ? {} : { tookMs: systemClock.now() - startMs }) });
  const release = await lockEntry(context, recipe);
  try {
    const kept = findEntry(root, recipe) ?? (await keepTouched(root, recipe));
    if (kept !== undefined) return kept;
    const again = existsSync(entryFolder(root, recipe)) ? ' again, because the cached one was damaged' : '';
    const what = `${recipe.what}${again}`;
    tell('start', what);
    try {
      const entry = await makeEntry(root, recipe);
      tell('done', what);
      return entry;
    } catch (error) {
      tell('failed', what);
      signal?.throwIfAborted();
      throw error;
    }
  } finally {
    release();
  }
}

async function lockEntry(context: CacheContext, recipe: Recipe): Promise<() => void> {
  const file = join(context.root, 'locks', `${entryName(recipe)}.lock`);
  const { report, signal } = context;
  const startMs = systemClock.now();
  let waiting: string | undefined;
  try {
    makeOpenFolder(context.root);
    const release = await takeLock(file, {
      signal,
      onWait: (pid) => {
        waiting = `waiting for process ${pid}: ${recipe.what}`;
        report({ tool: recipe.tool, what: waiting, state: 'start' });
      },
    });
    const tookMs = systemClock.now() - startMs;
    if (waiting !== undefined) report({ tool: recipe.tool, what: waiting, state: 'done', tookMs });
    return release;
  } catch (error) {
    signal?.throwIfAborted();
    throw cacheTrouble(error, context.root);
  }
}

/** Times change when a cache is restored from an archive; where every byte is right the entry is kept and the times written anew. */
async function keepTouched(root: string, recipe: Recipe): Promise<Entry | undefined> {
  const folder = entryFolder(root, recipe);
  const manifest = readManifest(folder);
  if (manifest === undefined || manifest.key !== recipe.key) return undefined;
  if (lookAtFiles(folder, manifest).state === 'damaged') return undefined;
  if ((await findDamage(folder, manifest)) !== undefined) return undefined;
  writeManifest(folder, await makeManifest(folder, manifest.key, manifest.facts));
  return { folder, facts: manifest.facts, made: false };
}

async function makeEntry(root: string, recipe: Recipe): Promise<Entry> {
  const folder = entryFolder(root, recipe);
  const drafts = join(root, 'drafts');
  let draft: string;
  try {
    makeOpenFolder(drafts);
    const prefix = `${entryName(recipe)}.`;
    // We hold the entry's lock: a draft of it that is still here was left by a process that died.
    for (const name of readdirSync(drafts)) if (name.startsWith(prefix)) removeTree(join(drafts, name));
    draft = mkdtempSync(join(drafts, prefix));
    chmodSync(draft, 0o755);
  } catch (error) {
    throw cacheTrouble(error, root);
  }
  try {
    const facts = await recipe.make(draft);
    const manifest: Manifest = await makeManifest(draft, recipe.key, facts);
    writeManifest(draft, manifest);
    removeTree(folder);
    renameSync(draft, folder);
    removeUnused(root, recipe);
    return { folder, facts, made: true };
  } catch (error) {
    throw isDiskTrouble(error) ? cacheTrouble(error, root) : error;
  } finally {
    removeTree(draft);
  }
}

/** Other versions of the same thing (for another Java, another checkout) go when nobody has used them for a month. */
function removeUnused(root: string, recipe: Recipe): void {
  const own = entryName(recipe);
  const siblings = readdirSync(root).filter((name) => name.startsWith(`${recipe.name}-`) && name.length === own.length);
  for (const folder of siblings.filter((name) => name !== own).map((name) => join(root, name))) {
    const unusedMs = systemClock.now() - lastUseMs(folder);
    if (unusedMs > UNUSED_AFTER_MS) removeTree(folder);
  }
}

function removeTree(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}
