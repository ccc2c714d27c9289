/**
 * `npm run compare-runtimes [-- names…] [--topology <name>] [--seed <n>] [--boots <n>] [--all | --no-defects] [--out <file>] [--keep <folder>]`:
 * everything on both runtimes, one after the other, by the command line as a user has it. What came to its end in an earlier start, and stands in
 * the folder, is not run again. Exit code 0 where every row agrees, 1 where one differs, 3 where a run came to no end.
 *
 * Examples:
 *   .ci/with-engine npm run compare-runtimes                                      the small shop and its quick defects
 *   npm run compare-runtimes -- --topology shop --all --keep /tmp/both            everything of the whole shop; goes on after an interruption
 *   npm run compare-runtimes -- charge-reply-lost --no-defects --out table.md     one experiment
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { type DefectResult, HarnessError, messageOf, type RunFile } from '../../harness/core/index.ts';
import { DEFECT_TOPOLOGY, defectCatalogue } from '../../harness/defects/index.ts';
import { faultCatalogue } from '../../harness/faults/index.ts';
import { loadTopology, projectRoot } from '../../harness/topology/index.ts';
import { type BootTimes, bootTimes } from './boots.ts';
import { compareRuntimes, describeComparison, type Said } from './comparison.ts';

const SEED = '7';
/** Defects that are hunted in one lab. */
const PART = 12;
const root = projectRoot();

const { values, positionals, boots: rounds } = argumentsOf(process.argv.slice(2));

function argumentsOf(args: string[]) {
  try {
    const parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        topology: { type: 'string', default: 'shop-small' },
        seed: { type: 'string', default: SEED },
        /** Labs that are booted on each runtime, in turn. */
        boots: { type: 'string', default: '5' },
        /** Every defect of the topology, not only the quick ones. */
        all: { type: 'boolean', default: false },
        'no-defects': { type: 'boolean', default: false },
        out: { type: 'string' },
        keep: { type: 'string' },
      },
    });
    const boots = Number(parsed.values.boots);
    if (!(Number.isInteger(boots) && boots > 0))
      throw new RangeError(`--boots ${parsed.values.boots} is no whole number above 0`);
    return { ...parsed, boots };
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(64);
  }
}

/** What the command printed as JSON, whatever its exit code: what it has no result for differs. */
async function faultline(args: readonly string[]): Promise<{ readonly said: string; readonly isWhole: boolean }> {
  const child = spawn(process.execPath, [join(root, 'harness/cli/bin.mjs'), ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number | null]>]);
  if (said.trimStart().startsWith('{') || said.trimStart().startsWith('['))
    return { said, isWhole: code !== null && code <= 2 };
  throw new HarnessError({ code: 'internal', message: `faultline ${args.join(' ')} ended with ${code}` });
}

async function kept<T>(name: string, make: () => ReturnType<typeof faultline>): Promise<T> {
  const file = values.keep === undefined ? undefined : join(values.keep, `${name}.json`);
  if (file !== undefined && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as T;
  const { said, isWhole } = await make();
  if (file !== undefined && isWhole) writeFileSync(file, said);
  return JSON.parse(said) as T;
}

async function allOf(runtime: 'native' | 'containers', bootsMs: readonly number[]): Promise<Said> {
  const { topology, seed } = values;
  const where = ['--runtime', runtime];
  const how = ['--topology', topology, '--seed', seed];
  const run = await kept<RunFile>(`${runtime}-run`, () =>
    faultline([...where, 'run', ...positionals, ...how, '--fresh']),
  );
  return { run, bootsMs, defects: await hunted(runtime, [...where, 'defects'], how) };
}

/** What came of the defects, so many hunted in one lab; those that an earlier start hunted are not hunted again. */
async function hunted(runtime: string, command: readonly string[], how: readonly string[]): Promise<DefectResult[]> {
  const file = values.keep === undefined ? undefined : join(values.keep, `${runtime}-defects.json`);
  const results: DefectResult[] = file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  const wanted = await wantedDefects();
  const due = wanted.filter((name) => !results.some(({ defect }) => defect === name));
  while (due.length > 0) {
    const { said, isWhole } = await faultline([...command, ...due.splice(0, PART), ...how]);
    results.push(...(JSON.parse(said) as DefectResult[]));
    if (file !== undefined && isWhole) writeFileSync(file, JSON.stringify(results));
  }
  return results.filter(({ defect }) => wanted.includes(defect));
}

/** Those of the topology: the quick ones, or all. */
async function wantedDefects(): Promise<string[]> {
  if (positionals.length > 0 || values['no-defects']) return [];
  return [...(await defectCatalogue()).entries.values()]
    .filter(({ topology = DEFECT_TOPOLOGY, quick }) => topology === values.topology && (values.all || quick === true))
    .map(({ name }) => name);
}

if (values.keep !== undefined) mkdirSync(values.keep, { recursive: true });
try {
  const boots = await kept<BootTimes>('boots', async () => {
    const times = await bootTimes(await loadTopology(values.topology), rounds);
    return { said: JSON.stringify(times), isWhole: true };
  });
  const native = await allOf('native', boots.native);
  const containers = await allOf('containers', boots.containers);
  const { entries: kinds } = await faultCatalogue();
  const onlyOn = (fault: string) => {
    const [one, another] = kinds.get(fault)?.runtimes ?? [];
    return another === undefined ? one : undefined;
  };
  const rows = compareRuntimes(native, containers, onlyOn);
  const page = describeComparison(rows, native, containers);
  process.stdout.write(page);
  if (values.out) writeFileSync(values.out, page);
  process.exitCode = rows.every(({ same }) => same) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 3;
}
