/** The detection table: of each defect, which check found it and how soon, kept in a file with the commit it was measured on. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type DefectResult, HarnessError, messageOf, rateOf, rateText, systemClock } from '../core/index.ts';
import { DEFECT_TOPOLOGY } from '../defects/index.ts';
import { ROOT } from './project.ts';
import { duration } from './terminal.ts';

const rowSchema = z.object({
  defect: z.string(),
  topology: z.string(),
  experiment: z.string(),
  expectedCheck: z.string(),
  found: z.boolean(),
  /** Checks that failed besides. */
  alsoBy: z.array(z.string()),
  why: z.string().optional(),
  /** From the start of the experiment with the defect in place to its verdict. */
  foundAfterMs: z.number().optional(),
  /** Where it was hunted several times. */
  times: z.object({ of: z.int().min(1), found: z.int().min(0) }).optional(),
  /** The code as it was: the last commit that changed any of it. */
  commit: z.string(),
  /** It had changes that were not committed. */
  changed: z.literal(true).optional(),
  /** Epoch ms. */
  measuredAt: z.number(),
});
const tableSchema = z.object({ schema: z.literal(1), rows: z.array(rowSchema) });

export type DetectionRow = z.output<typeof rowSchema>;

/** What decides whether a defect is found; documents and samples do not. */
const CODE = ['harness', 'services-under-test', 'fixtures', 'suites/chaos', 'package-lock.json'];

/** The code that is measured, as git names it. */
export interface MeasuredCode {
  readonly commit: string;
  readonly changed?: true;
}

export async function measuredCode(root = ROOT): Promise<MeasuredCode> {
  const git = async (...args: string[]) => (await promisify(execFile)('git', ['-C', root, ...args])).stdout.trim();
  try {
    const commit = await git('log', '-1', '--format=%h', '--', ...CODE);
    const changed = await git('status', '--porcelain', '--', ...CODE);
    return { commit, ...(changed === '' ? {} : { changed: true }) };
  } catch (cause) {
    throw new HarnessError({
      code: 'bad-argument',
      message: `a table is kept with the commit it was measured on, and git tells none: ${messageOf(cause)}`,
      hint: 'leave out --keep, or work in a clone',
      cause,
    });
  }
}

/** No rows where there is no file. */
export async function readDetection(file: string): Promise<readonly DetectionRow[]> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw badTable(file, messageOf(cause), cause);
  });
  if (text === undefined) return [];
  try {
    return tableSchema.parse(JSON.parse(text)).rows;
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).split('\n')[0] : messageOf(cause);
    throw badTable(file, String(why), cause);
  }
}

/** What was measured takes the place of older rows of the same defects; written at once, beside it the same for people. */
export async function keepDetection(
  file: string,
  result: DefectResult,
  { known, code }: { readonly known: ReadonlySet<string>; readonly code: MeasuredCode },
): Promise<void> {
  const others = (await readDetection(file)).filter(({ defect }) => defect !== result.defect && known.has(defect));
  const rows = [...others, rowOf(result, code)].toSorted(
    (one, other) => one.topology.localeCompare(other.topology) || one.defect.localeCompare(other.defect),
  );
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, tableText(rows));
  await rename(`${file}.new`, file);
  await writeFile(file.replace(/(\.json)?$/, '.md'), detectionMarkdown(rows));
}

/** A line for each defect: what two people added merges. */
function tableText(rows: readonly DetectionRow[]): string {
  return `{"schema":1,"rows":[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]}\n`;
}

/** Found on this very code already. */
export function isMeasured(rows: readonly DetectionRow[], { commit, changed }: MeasuredCode, name: string): boolean {
  return rows.some((row) => row.defect === name && row.found && !changed && !row.changed && row.commit === commit);
}

function rowOf(result: DefectResult, code: MeasuredCode): DetectionRow {
  const { defect, topology = DEFECT_TOPOLOGY, experiment, expectedCheck, found, foundBy, why, times } = result;
  return {
    ...{ defect, topology, experiment, expectedCheck, found },
    alsoBy: [...new Set(foundBy)].filter((check) => check !== expectedCheck),
    ...(why === undefined ? {} : { why }),
    ...(result.foundAfterMs === undefined ? {} : { foundAfterMs: Math.round(result.foundAfterMs) }),
    ...(times === undefined ? {} : { times }),
    ...code,
    measuredAt: Math.round(systemClock.now()),
  };
}

/** Those not found first. */
export function detectionMarkdown(rows: readonly DetectionRow[]): string {
  const tries = rows.reduce((sum, { times }) => sum + (times?.of ?? 1), 0);
  const found = rows.reduce((sum, row) => sum + (row.times?.found ?? Number(row.found)), 0);
  const ordered = rows.toSorted((one, other) => Number(one.found) - Number(other.found));
  const commits = Map.groupBy(rows, ({ commit, changed }) => `${commit}${changed ? ' with changes' : ''}`);
  const measured = [...commits].map(([commit, { length }]) => `${length} at ${commit}`).join(', ');
  return [
    '# Which check found which defect',
    '',
    `Written by \`faultline defects --keep\`: ${rows.length} defects, found ${rateText(rateOf(found, tries), 'many')}.`,
    'Found means: the named check failed, the fault had landed, all was steady before, and the same seed is green without the defect.',
    `Measured: ${measured}. "After" runs from the start of the experiment with the defect in place to its verdict.`,
    '',
    '| defect | topology | experiment | must be found by | found | also by | after | commit |',
    '|---|---|---|---|---|---|---|---|',
    ...ordered.map(lineOf),
    '',
  ].join('\n');
}

function lineOf(row: DetectionRow): string {
  const { defect, topology, experiment, expectedCheck, found, why = '', times, alsoBy, foundAfterMs, commit } = row;
  const often = times === undefined ? '' : ` ${times.found} of ${times.of}`;
  const cells = [
    ...[defect, topology, experiment, expectedCheck],
    found ? `yes${often}` : `no${often}: ${why}`,
    alsoBy.join(', '),
    foundAfterMs === undefined ? '' : duration(foundAfterMs),
    commit,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '/')).join(' | ')} |`;
}

function badTable(file: string, why: string, cause: unknown): HarnessError {
  return new HarnessError({
    code: 'bad-file',
    message: `${file} is no detection table: ${why}`,
    hint: 'name a file that faultline defects --keep wrote, or one that does not exist yet',
    cause,
  });
}
