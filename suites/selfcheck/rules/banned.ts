/** Calls that make a run unrepeatable or a test untrue, with the few places that may make them and why. */
import type { ProjectFile, Violation } from '../project-files.ts';
import { codeOnly } from './code-only.ts';

interface Banned {
  readonly call: string;
  readonly pattern: RegExp;
  readonly instead: string;
}

export const BANNED: readonly Banned[] = [
  { call: 'Math.random', pattern: /\bMath\.random\b/, instead: 'core/random' },
  { call: 'Date.now', pattern: /\bDate\.now\b/, instead: 'core/clock' },
  { call: 'new Date()', pattern: /\bnew Date\(\s*\)/, instead: 'core/clock' },
  {
    call: 'console',
    pattern: /\bconsole\.\w+\(/,
    instead: 'process.stdout or process.stderr in the command line, records elsewhere',
  },
  {
    call: '.only',
    pattern: /\b(?:test|it|describe|experiment|suite)\.only\b/,
    instead: 'nothing: run one file by its name',
  },
  {
    call: '.skip',
    pattern: /\b(?:test|it|describe|experiment|suite)\.skip\b/,
    instead: 'nothing: what cannot be judged is unknown and fails',
  },
  {
    call: 'setTimeout',
    pattern: /\bset(?:Timeout|Interval)\(|node:timers/,
    instead: 'core/clock: wait for a condition with a deadline',
  },
  { call: 'any', pattern: /:\s*any\b|\bas any\b|<any>/, instead: 'a type, or unknown' },
];

/** A place that may make a banned call, and why. An entry that is not needed any more is itself a violation. */
export interface Allowance {
  readonly path: string;
  readonly call: string;
  readonly reason: string;
}

export const ALLOWED: readonly Allowance[] = [
  { path: 'harness/core/clock.ts', call: 'setTimeout', reason: 'the one place where time passes' },
  { path: 'harness/report/client/page.js', call: 'setTimeout', reason: "runs in the reader's browser" },
  {
    path: 'harness/report/parts/element.ts',
    call: 'any',
    reason: "preact's own type of an element with any attributes",
  },
  { path: 'harness/setup/lock.mjs', call: 'setTimeout', reason: "runs on the host's Node, before core can be loaded" },
  {
    path: 'harness/setup/progress.mjs',
    call: 'setTimeout',
    reason: "a spinner on the host's Node, before core can be loaded",
  },
  {
    path: 'suites/unit/runtime/harness-in-test.ts',
    call: 'setTimeout',
    reason: 'keeps a process alive until it is killed',
  },
];

/** The systems under test have a clock of their own and are judged from outside. */
const NOT_OURS = /^(services-under-test|fixtures\/tiny)\//;

export function bannedViolations(files: readonly ProjectFile[], allowed: readonly Allowance[] = ALLOWED): Violation[] {
  const needed = new Set<Allowance>();
  const found = files
    .filter(({ path }) => !NOT_OURS.test(path))
    .flatMap(({ path, text }) =>
      codeOnly(text)
        .split('\n')
        .flatMap((line, index) =>
          BANNED.flatMap(({ call, pattern, instead }) => {
            if (!pattern.test(line)) return [];
            const allowance = allowed.find((entry) => entry.path === path && entry.call === call);
            if (allowance === undefined) return [{ path, line: index + 1, problem: `calls ${call}; use ${instead}` }];
            needed.add(allowance);
            return [];
          }),
        ),
    );
  const stale = allowed.filter((entry) => !needed.has(entry));
  return [...found, ...stale.map(({ path, call }) => ({ path, problem: `no longer needs its allowance for ${call}` }))];
}
