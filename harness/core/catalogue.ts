/** A folder of definitions is a catalogue: each file's default export is one entry, validated on load; name = file name. */
import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HarnessError, messageOf, nearestNames } from './errors.ts';

export interface Catalogue<T> {
  readonly folder: string;
  readonly entries: ReadonlyMap<string, T>;
  /** The entry of that name; an unknown one is refused with the nearest names. */
  get(name: string): T;
}

const cache = new Map<string, Promise<Catalogue<unknown>>>();

/**
 * Loads every `.ts` file of `folder` once. `kind` is the word used in messages ("check", "fault").
 * `validate` throws, or returns the entry; entries must carry the name of their file.
 */
export function loadCatalogue<T extends { readonly name: string }>(
  folder: string,
  kind: string,
  validate: (exported: unknown, file: string) => T,
): Promise<Catalogue<T>> {
  const known = cache.get(folder);
  if (known) return known as Promise<Catalogue<T>>;
  const loading = readCatalogue(folder, kind, validate);
  cache.set(folder, loading);
  return loading;
}

async function readCatalogue<T extends { readonly name: string }>(
  folder: string,
  kind: string,
  validate: (exported: unknown, file: string) => T,
): Promise<Catalogue<T>> {
  const files = (await readdir(folder)).filter((file) => extname(file) === '.ts' && !file.endsWith('.d.ts')).sort();
  const loaded = await Promise.all(files.map((file) => readEntry(join(folder, file), kind, validate)));
  const entries = new Map(loaded.map((entry) => [entry.name, entry]));
  return {
    folder,
    entries,
    get(name) {
      const entry = entries.get(name);
      if (entry) return entry;
      const near = nearestNames(name, [...entries.keys()]);
      throw new HarnessError({
        code: 'unknown-name',
        message: `there is no ${kind} named "${name}"`,
        hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : `known: ${[...entries.keys()].join(', ')}`,
      });
    },
  };
}

async function readEntry<T extends { readonly name: string }>(
  file: string,
  kind: string,
  validate: (exported: unknown, file: string) => T,
): Promise<T> {
  const expected = basename(file, '.ts');
  const fail = (why: string, cause?: unknown) =>
    new HarnessError({ code: 'bad-config', message: `${kind} file ${file}: ${why}`, cause });
  const module: { default?: unknown } = await import(pathToFileURL(file).href).catch((cause) => {
    throw fail(`cannot be loaded: ${messageOf(cause)}`, cause);
  });
  if (module.default === undefined) throw fail('has no default export');
  const entry = validate(module.default, file);
  if (entry.name !== expected) throw fail(`is named "${entry.name}", but its file says "${expected}"`);
  return entry;
}
