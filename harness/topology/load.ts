/** Topologies by name: `fixtures/topologies/<name>.ts`, or any file whose default export is one. */
import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { HarnessError, messageOf, nearestNames, type Topology } from '../core/index.ts';
import { validateTopology } from './validate.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The folder of the project, which `${root}` stands for. */
export function projectRoot(): string {
  return ROOT;
}

/** The names that `loadTopology` knows, sorted. */
export function topologyNames(root = ROOT): string[] {
  const folder = join(root, 'fixtures/topologies');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  return files.map((file) => file.slice(0, -'.ts'.length)).sort();
}

/** Loads and validates. A text with a slash or an ending is a file (relative to the working directory), else a name. */
export async function loadTopology(nameOrFile: string, root = ROOT): Promise<Topology> {
  const file = fileOf(nameOrFile, root);
  let loaded: { readonly default?: unknown };
  try {
    loaded = await import(pathToFileURL(file).href);
  } catch (cause) {
    throw new HarnessError({
      code: 'bad-topology',
      message: `the topology file ${file} could not be loaded: ${messageOf(cause)}`,
      hint: 'Repair the file; `node --check` shows syntax errors with their line.',
      cause,
    });
  }
  if (loaded.default === undefined) {
    throw new HarnessError({
      code: 'bad-topology',
      message: `the topology file ${file} has no default export`,
      hint: 'End it with `export default defineTopology({ … })`.',
    });
  }
  return validateTopology(loaded.default);
}

function fileOf(nameOrFile: string, root: string): string {
  if (/[\\/]|\.[cm]?[jt]s$/.test(nameOrFile)) {
    const file = isAbsolute(nameOrFile) ? nameOrFile : resolve(nameOrFile);
    if (existsSync(file)) return file;
    throw new HarnessError({
      code: 'unknown-name',
      message: `there is no topology file ${file}`,
      hint: 'Give the path of a file, or the name of a topology in fixtures/topologies.',
    });
  }
  const file = join(root, 'fixtures/topologies', `${nameOrFile}.ts`);
  if (existsSync(file)) return file;
  const names = topologyNames(root);
  const nearest = nearestNames(nameOrFile, names);
  throw new HarnessError({
    code: 'unknown-name',
    message: `there is no topology named "${nameOrFile}"`,
    hint: nearest.length > 0 ? `Did you mean ${nearest.join(', ')}?` : `Known are: ${names.join(', ') || 'none'}.`,
  });
}
