/**
 * `npm run verify [-- steps…]`: every static check and the quick suites, one line each; exit code 1 when one is red.
 *
 * Examples:
 *   npm run verify                    format, lint, types, unused, selfcheck, unit
 *   npm run verify -- format lint     two of them
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import pc from 'picocolors';
import { systemClock } from '../core/index.ts';

interface Step {
  readonly name: string;
  /** Says what it covers. */
  readonly what: string;
  /** Script below `node_modules`, and its arguments. */
  readonly run: readonly [script: string, ...args: string[]];
}

interface Outcome {
  readonly step: Step;
  readonly code: number;
  readonly tookMs: number;
  readonly output: string;
}

const ROOT = join(import.meta.dirname, '../..');
const BIOME = '@biomejs/biome/bin/biome';
const VITEST = ['vitest/vitest.mjs', 'run', '--reporter=dot'] as const;

/** Steps of one group run at the same time; the tests come last and alone: some of them measure. */
const GROUPS: readonly (readonly Step[])[] = [
  [
    { name: 'format', what: 'biome format', run: [BIOME, 'format', '.'] },
    { name: 'lint', what: 'biome lint', run: [BIOME, 'lint', '.'] },
    { name: 'types', what: 'tsc', run: ['typescript/bin/tsc', '-p', '.'] },
    { name: 'unused', what: 'knip', run: ['knip/bin/knip.js', '--no-progress'] },
  ],
  [{ name: 'selfcheck', what: 'layers, shape, banned calls, documents', run: [...VITEST, '--project', 'selfcheck'] }],
  [{ name: 'unit', what: 'unit tests', run: [...VITEST, '--project', 'unit'] }],
];

/** Colour belongs on a terminal only, whatever the environment says. */
const paint = pc.createColors(process.stdout.isTTY === true);
const say = (text: string) => void process.stdout.write(`${text}\n`);

const red: Outcome[] = [];
const wanted = process.argv.slice(2);
const known = GROUPS.flat().map(({ name }) => name);
const strange = wanted.find((name) => !known.includes(name));
if (strange !== undefined) {
  process.stderr.write(`faultline: there is no step "${strange}"; known: ${known.join(', ')}\n`);
  process.exit(64);
}
const startMs = systemClock.now();
let count = 0;
for (const group of GROUPS) {
  const chosen = group.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  await Promise.all(
    chosen.map(async (step) => {
      const outcome = await runStep(step);
      count++;
      say(lineOf(outcome));
      if (outcome.code !== 0) red.push(outcome);
    }),
  );
}
for (const { step, output } of red) say(`\n${paint.bold(`${step.name}:`)}\n${output.trim()}`);
say(`\n${count - red.length} passed, ${red.length} failed in ${seconds(systemClock.now() - startMs)}`);
process.exitCode = red.length > 0 ? 1 : 0;

function runStep(step: Step): Promise<Outcome> {
  const [script, ...args] = step.run;
  const beganMs = systemClock.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(ROOT, 'node_modules', script), ...args], {
      cwd: ROOT,
      env: {
        ...process.env,
        FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
        ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    const finish = (code: number) =>
      resolve({ step, code, tookMs: systemClock.now() - beganMs, output: output.join('') });
    child.stdout.on('data', (text: Buffer) => output.push(String(text)));
    child.stderr.on('data', (text: Buffer) => output.push(String(text)));
    child.on('error', (cause) => {
      output.push(`${script} cannot be started: ${cause.message}\n`);
      finish(1);
    });
    child.on('close', (code) => finish(code ?? 1));
  });
}

function lineOf({ step, code, tookMs }: Outcome): string {
  const mark = code === 0 ? paint.green('ok  ') : paint.red('FAIL');
  return `${mark} ${step.name.padEnd(10)} ${seconds(tookMs).padStart(7)}  ${paint.dim(step.what)}`;
}

function seconds(tookMs: number): string {
  return `${(tookMs / 1000).toFixed(1)} s`;
}
