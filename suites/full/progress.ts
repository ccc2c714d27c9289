/** What was counted so far, in `reports/runs/full.json`: a run that is cut short goes on where it was, each part at the commit it is measured at. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Look } from './leftovers.ts';

const ROOT = join(import.meta.dirname, '../..');
const FILE = join(ROOT, 'reports/runs/full.json');

export interface Counted {
  of: number;
  /** Red although nothing was wrong, by name. */
  falseAlarms: string[];
  /** Neither red nor green: counted, and no false alarm. */
  unknown: number;
  tookMs: number;
}

/** One lab that was used for long. */
export interface SoakedLab {
  /** Cases without a fault, and with one. */
  clean: number;
  faulty: number;
  tookMs: number;
  /** Cases after which something was not back, so that the lab was rebuilt. */
  rebuilt: number;
  /** What it was, one sentence each. */
  readonly notHealed: string[];
  /** After each round. */
  readonly looks: (Look & { readonly cases: number })[];
  /** What was there when the lab was gone. */
  readonly left: string[];
}

export function casesOf({ clean, faulty }: Pick<SoakedLab, 'clean' | 'faulty'>): number {
  return clean + faulty;
}

/** Of the file: one of another shape is left behind. */
const SHAPE = 4;

export type Part = 'soak' | 'defects';

/** Everything is added to, never taken back. */
export interface Found {
  readonly shape: typeof SHAPE;
  /** Where each part was measured; a plus behind it: with uncommitted changes. */
  readonly commits: Readonly<Record<Part, string>>;
  readonly scoped: Counted & { rerunAlone: number };
  readonly alone: Counted;
  /** Verdicts per experiment that ran alone. */
  readonly verdicts: Record<string, { pass: number; fail: number; unknown: number }>;
  readonly soak: SoakedLab[];
  /** Hunts per defect. */
  readonly defects: Record<string, { of: number; found: number; check: string; why?: string; foundAfterMs?: number }>;
}

export interface Progress {
  readonly found: Found;
  save(): Promise<void>;
}

/** Short, with a plus where there are uncommitted changes. */
export async function commitNow(): Promise<string> {
  const git = async (...args: string[]) => (await promisify(execFile)('git', args, { cwd: ROOT })).stdout.trim();
  // What is written here is no change of what is measured.
  const changed = await git(
    'status',
    '--porcelain',
    '--untracked-files=no',
    '--',
    '.',
    ':!reports/samples',
    ':!README.md',
  );
  return `${await git('rev-parse', '--short', 'HEAD')}${changed === '' ? '' : '+'}`;
}

export interface ProgressOptions {
  readonly commit: string;
  /** What was counted before is left behind. */
  readonly anew: boolean;
  /** The parts that are measured: begun again where the commit is another. */
  readonly parts: readonly Part[];
}

export async function openProgress({ commit, anew, parts }: ProgressOptions): Promise<Progress> {
  const before = anew ? undefined : await readBefore();
  const found = before?.shape === SHAPE ? goOn(before, commit, parts) : nothing(commit);
  let saved = Promise.resolve();
  return {
    found,
    save() {
      saved = saved.then(async () => {
        await mkdir(dirname(FILE), { recursive: true });
        await writeFile(`${FILE}.new`, JSON.stringify(found));
        await rename(`${FILE}.new`, FILE);
      });
      return saved;
    },
  };
}

async function readBefore(): Promise<Found | undefined> {
  try {
    return JSON.parse(await readFile(FILE, 'utf8')) as Found;
  } catch {
    return undefined;
  }
}

/** What of it counts for a run of these parts at this commit. */
export function goOn(before: Found, commit: string, parts: readonly Part[]): Found {
  const fresh = nothing(commit);
  const isKept = (part: Part) => before.commits[part] === commit || !parts.includes(part);
  const { defects, ...soak } = before;
  return {
    ...(isKept('soak') ? soak : fresh),
    defects: isKept('defects') ? defects : {},
    commits: {
      soak: isKept('soak') ? before.commits.soak : commit,
      defects: isKept('defects') ? before.commits.defects : commit,
    },
  };
}

function nothing(commit: string): Found {
  const counted = () => ({ of: 0, falseAlarms: [], unknown: 0, tookMs: 0 });
  return {
    shape: SHAPE,
    commits: { soak: commit, defects: commit },
    scoped: { ...counted(), rerunAlone: 0 },
    alone: counted(),
    verdicts: {},
    soak: [],
    defects: {},
  };
}
