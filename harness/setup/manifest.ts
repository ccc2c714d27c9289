/** The list of a cache entry's files, by which an entry that is cut short or damaged is noticed. */
import { createHash } from 'node:crypto';
import {
  createReadStream,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { systemClock } from '../core/index.ts';

/** Name of the manifest within its entry. It is written last: an entry without one was never finished. */
export const MANIFEST_NAME = '.faultline-entry.json';

const MANIFEST_SCHEMA = 1;
const DAY_MS = 24 * 3_600_000;

export interface Manifest {
  readonly schema: typeof MANIFEST_SCHEMA;
  /** What the entry was made from. */
  readonly key: string;
  /** Small results of the making: versions, ids. */
  readonly facts: Readonly<Record<string, string>>;
  readonly files: readonly ManifestFile[];
}

export interface ManifestFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly sha256: string;
  /** Target, where it is a symbolic link. */
  readonly link?: string;
}

/** Lists every file below `folder` with its checksum. */
export async function makeManifest(
  folder: string,
  key: string,
  facts: Readonly<Record<string, string>>,
): Promise<Manifest> {
  const files: ManifestFile[] = [];
  for (const path of listFiles(folder)) files.push(await describeFile(folder, path));
  return { schema: MANIFEST_SCHEMA, key, facts, files };
}

export function writeManifest(folder: string, manifest: Manifest): void {
  writeFileSync(join(folder, MANIFEST_NAME), `${JSON.stringify(manifest)}\n`);
}

/** Marks the entry as unfinished; a folder that cannot be written stays as it is. */
export function forgetManifest(folder: string): void {
  try {
    rmSync(join(folder, MANIFEST_NAME), { force: true });
  } catch {
    // A read-only cache is somebody else's to mend.
  }
}

/** Epoch ms at which the entry was last found useful, within a day; kept as the manifest's own time. */
export function lastUseMs(folder: string): number {
  return statSync(join(folder, MANIFEST_NAME), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Notes that the entry is in use, at most once a day; a cache that cannot be written is used all the same. */
export function noteUse(folder: string): void {
  const nowMs = systemClock.now();
  if (nowMs - lastUseMs(folder) < DAY_MS) return;
  try {
    utimesSync(join(folder, MANIFEST_NAME), nowMs / 1000, nowMs / 1000);
  } catch {
    // Read-only: nobody removes entries from it either.
  }
}

/** The manifest in `folder`, or undefined where there is none that can be read. */
export function readManifest(folder: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, MANIFEST_NAME), 'utf8')) as Manifest;
    return manifest.schema === MANIFEST_SCHEMA && Array.isArray(manifest.files) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** `same`: sizes and times are as written down. `touched`: only times differ. `damaged`: a file is missing, or has another size. */
export type QuickLook = { readonly state: 'same' | 'touched' } | { readonly state: 'damaged'; readonly path: string };

/** Compares sizes and times only: cheap enough for every start. */
export function lookAtFiles(folder: string, manifest: Manifest): QuickLook {
  let touched = false;
  for (const file of manifest.files) {
    const stat = lstatSync(join(folder, file.path), { throwIfNoEntry: false });
    if (stat === undefined || stat.isSymbolicLink() !== (file.link !== undefined) || stat.size !== file.sizeBytes) {
      return { state: 'damaged', path: file.path };
    }
    if (file.link === undefined && stat.mtimeMs !== file.mtimeMs) touched = true;
  }
  return { state: touched ? 'touched' : 'same' };
}

/** Reads every byte: the path of the first file whose content is not what was written down, or undefined. */
export async function findDamage(folder: string, manifest: Manifest): Promise<string | undefined> {
  for (const file of manifest.files) {
    const now = await describeFile(folder, file.path).catch(() => undefined);
    if (now === undefined || now.sha256 !== file.sha256 || now.link !== file.link) return file.path;
  }
  return undefined;
}

export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => !item.isDirectory())
    .map((item) => join(item.parentPath, item.name).slice(folder.length + 1))
    .filter((path) => path !== MANIFEST_NAME)
    .sort();
}

async function describeFile(folder: string, path: string): Promise<ManifestFile> {
  const file = join(folder, path);
  const stat = lstatSync(file);
  const base = { path, sizeBytes: stat.size, mtimeMs: stat.mtimeMs };
  if (!stat.isSymbolicLink()) return { ...base, sha256: await sha256OfFile(file) };
  const link = readlinkSync(file);
  return { ...base, sha256: createHash('sha256').update(link).digest('hex'), link };
}
