/** Definition files register experiments here: as vitest tests inside vitest, and as plain definitions for everybody else. */
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HarnessError, messageOf, nearestNames } from '../core/index.ts';
import { type Experiment, type ExperimentOptions, slugOf } from './define.ts';

const registered = new Map<string, Experiment>();
let loadingFile = '';

/** What vitest's worker hangs in: how a registered experiment becomes a test. Set by the vitest set-up file. */
let asTest: ((experiment: Experiment) => void) | undefined;
let currentFile = () => loadingFile;

/** `file` tells which file is being loaded, where we don't load it ourselves. */
export function registerAsTests(register: (experiment: Experiment) => void, file: () => string): void {
  asTest = register;
  currentFile = file;
}

/**
 * Declares an experiment. In a vitest file it becomes a test of the same name. Its slug is the short name of its file
 * (`slow-psp` of `slow-psp.chaos.ts`); further experiments of one file add their own name to it.
 */
export function experiment(name: string, options: ExperimentOptions): Experiment {
  const file = currentFile();
  const short = shortNameOf(file);
  const isFirst = short !== '' && (registered.get(short)?.name ?? name) === name;
  const slug = isFirst ? short : slugOf(`${short}-${name}`);
  const defined: Experiment = { ...options, name, slug, file };
  const twin = [...registered.values()].find((one) => one.slug !== slug && one.name === name);
  if (twin) {
    throw new HarnessError({
      code: 'bad-config',
      message: `two experiments are called "${name}": in ${twin.file} and in ${file}`,
      hint: 'give one of them another name',
    });
  }
  registered.set(slug, defined);
  asTest?.(defined);
  return defined;
}

/** `slow-psp` of `suites/chaos/slow-psp.chaos.ts`. */
export function shortNameOf(file: string): string {
  return file.replace(/^.*\//, '').replace(/\.chaos\.ts$/, '');
}

/** Says which file the definitions that follow come from. */
export function definingFile(file: string): void {
  loadingFile = file;
}

/** Loads every `*.chaos.ts` file below `folder` and gives the experiments in file order. */
export async function loadExperiments(folder: string, root: string): Promise<readonly Experiment[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.chaos.ts')).sort();
  for (const file of files) {
    const path = join(folder, file);
    definingFile(relative(root, path));
    await import(pathToFileURL(path).href).catch((cause) => {
      if (cause instanceof HarnessError) throw cause;
      throw new HarnessError({
        code: 'bad-config',
        message: `${relative(root, path)} cannot be loaded: ${messageOf(cause)}`,
        cause,
      });
    });
  }
  return [...registered.values()];
}

/** Experiments whose slug or name contains every given word, or equals one; an unmatched filter is refused with the nearest names. */
export function selectExperiments(all: readonly Experiment[], filters: readonly string[]): readonly Experiment[] {
  if (filters.length === 0) return all;
  const matches = (filter: string) => {
    const wanted = filter.toLowerCase();
    const exact = all.filter(({ slug, name }) => slug === wanted || name.toLowerCase() === wanted);
    return exact.length > 0
      ? exact
      : all.filter(({ slug, name }) => slug.includes(slugOf(filter)) || name.toLowerCase().includes(wanted));
  };
  const chosen = new Set<Experiment>();
  for (const filter of filters) {
    const found = matches(filter);
    if (found.length === 0) {
      const near = nearestNames(
        slugOf(filter),
        all.map(({ slug }) => slug),
      );
      throw new HarnessError({
        code: 'unknown-name',
        message: `no experiment matches "${filter}"`,
        hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : `known: ${all.map(({ slug }) => slug).join(', ')}`,
      });
    }
    for (const one of found) chosen.add(one);
  }
  return all.filter((one) => chosen.has(one));
}
