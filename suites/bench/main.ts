/**
 * `npm run bench [-- names…] [--json <file>]`: every benchmark of this folder, one after the other, each against its target. Exit code 0, also
 * where a target is missed; 3 where something could not be measured.
 *
 * Examples:
 *   npm run bench                              all of them
 *   npm run bench -- order shop                orders alone
 *   npm run bench -- order --json orders.json  with the figures in a file
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { HarnessError, messageOf, nearestNames, systemClock } from '../../harness/core/index.ts';
import type { BenchRow } from './bench.ts';
import { describeNoise, machineName, machineNoise } from './machine.ts';
import { table } from './table.ts';

const FOLDER = fileURLToPath(new URL('./', import.meta.url));
const BENCH_SCHEMA = 1;

/** A benchmark is a file of this folder with a default export; the others are its helpers, and some of them are programs. */
async function findBenches(): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((file) => extname(file) === '.ts').sort();
  const texts = await Promise.all(files.map((file) => readFile(join(FOLDER, file), 'utf8')));
  return files.filter((_, index) => texts[index]?.includes('\nexport default ')).map((file) => basename(file, '.ts'));
}

function chosen(all: readonly string[], wanted: readonly string[]): readonly string[] {
  for (const name of wanted) {
    if (all.includes(name)) continue;
    const near = nearestNames(name, all);
    throw new HarnessError({
      code: 'unknown-name',
      message: `there is no benchmark named "${name}"`,
      hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : `known: ${all.join(', ')}`,
    });
  }
  return wanted.length > 0 ? wanted : all;
}

async function runBench(name: string): Promise<readonly BenchRow[]> {
  const module: { default?: unknown } = await import(pathToFileURL(join(FOLDER, `${name}.ts`)).href);
  if (typeof module.default === 'function') return (await module.default()) as BenchRow[];
  throw new HarnessError({ code: 'bad-config', message: `the benchmark ${name} exports no function` });
}

function argumentsOf(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { json: { type: 'string' } } });
  } catch (cause) {
    const hint = 'usage: npm run bench -- [names…] [--json <file>]';
    throw new HarnessError({ code: 'bad-argument', message: messageOf(cause), hint, cause });
  }
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(args);
  const names = chosen(await findBenches(), positionals);
  const startedAt = systemClock.now();
  print(machineName());
  const results = [];
  const failed: string[] = [];
  for (const name of names) {
    const noise = machineNoise();
    print(`\n${name} (${describeNoise(noise)})`);
    const fromMs = performance.now();
    try {
      const rows = await runBench(name);
      print(table(rows));
      results.push({ name, noise, tookMs: Math.round(performance.now() - fromMs), rows });
    } catch (thrown) {
      failed.push(name);
      print(`  could not be measured: ${messageOf(thrown)}`);
    }
  }
  const missed = results.flatMap(({ rows }) => rows).filter(({ ok }) => ok === false);
  const tookMs = Math.round(systemClock.now() - startedAt);
  if (values.json !== undefined) {
    const report = { schema: BENCH_SCHEMA, machine: machineName(), startedAt, tookMs, results, failed };
    await writeFile(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
  }
  print(`\n${sentence(missed.length, failed, tookMs)}`);
  return failed.length > 0 ? 3 : 0;
}

/** A missed target is told, not punished: how fast a machine is says nothing about whether the code is right. */
function sentence(missed: number, failed: readonly string[], tookMs: number): string {
  const targets = missed === 0 ? 'every target kept' : `${missed} target${missed === 1 ? '' : 's'} missed`;
  const trouble = failed.length > 0 ? `; not measured: ${failed.join(', ')}` : '';
  return `${targets}${trouble}; ${(tookMs / 1000).toFixed(0)} s`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function report(thrown: unknown): number {
  if (!(thrown instanceof HarnessError)) throw thrown;
  process.stderr.write(`error ${thrown.message}\n${thrown.hint ? `→ ${thrown.hint}\n` : ''}`);
  return thrown.exitCode;
}

process.exit(await main(process.argv.slice(2)).catch(report));
