/** Runs k6 on a script: checks it first, streams its raw points, stops it in good order, and tells what its exit code means. */
import { dirname } from 'node:path';
import { HarnessError, type LoadEngine, systemClock } from '../core/index.ts';
import { type PipedCommand, pipeCommand } from '../setup/index.ts';
import { type LoadPoint, linesOf, pointOf } from './points.ts';

export interface K6Job {
  /** The k6 binary. */
  readonly k6: string;
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Part of the load that this process does, as k6 writes it: `0:1/2`. */
  readonly segment?: string;
}

export interface K6Run {
  /** Resolves when k6 has ended and every point was given out. */
  readonly ended: Promise<K6End>;
  /** Asks k6 to end: it lets go of what is under way and writes what it has. Killed where it does not within `patienceMs`. */
  stop(patienceMs?: number): void;
}

export interface K6End {
  readonly exitCode: number;
  readonly end: LoadEngine['end'];
  readonly said?: string;
}

const PATIENCE_MS = 8_000;
const QUIET = ['--quiet', '--no-color', '--no-usage-report', '--address=', '--log-format=json'];
/** https://grafana.com/docs/k6/latest/misc/error-codes and errext/exitcodes in its source. */
const THRESHOLDS_FAILED = 99;
const ASKED_TO_STOP = 105;

/** What we never want of it: fetched extensions, a web page. */
const SETTINGS = { K6_AUTO_EXTENSION_RESOLUTION: 'false', K6_WEB_DASHBOARD: 'false', K6_WEB_DASHBOARD_PORT: '-1' };

/** Loads the script without running it; throws `bad-config` with k6's own words where it cannot be loaded. */
export async function inspectScript({ k6, script, environment }: K6Job, signal?: AbortSignal): Promise<void> {
  const child = pipeCommand(k6, ['inspect', '--include-system-env-vars', '--log-format=json', script], {
    cwd: dirname(script),
    env: { ...SETTINGS, ...environment },
    signal,
  });
  const [said] = await Promise.all([lastError(child), drain(child.stdout)]);
  const exitCode = await child.ended;
  if (exitCode === 0) return;
  throw new HarnessError({
    code: 'bad-config',
    message: `k6 cannot load the scenario ${script}: ${plain(said()) ?? `it ended with ${exitCode} and said nothing`}`,
    facts: { exitCode },
  });
}

/** Without the names of the file, which stand in the sentence already. */
function plain(said: string | undefined): string | undefined {
  return said?.replaceAll(/could not (?:initialize|load JS test) '[^']*': |file:\/\/\S+: /g, '');
}

export function startK6(job: K6Job, onPoint: (point: LoadPoint) => void): K6Run {
  const args = [
    'run',
    ...QUIET,
    '--summary-mode=disabled',
    '--system-tags=status,name,method,error_code',
    '--out=json',
  ];
  if (job.segment !== undefined) args.push(`--execution-segment=${job.segment}`);
  const child = pipeCommand(job.k6, [...args, job.script], {
    cwd: dirname(job.script),
    env: { ...SETTINGS, ...job.environment },
  });
  const over = new AbortController();
  const read = async () => {
    for await (const line of linesOf(child.stdout)) {
      const point = pointOf(line);
      if (point) onPoint(point);
    }
  };
  const ended = Promise.all([lastError(child), read()]).then(async ([said]) => {
    const exitCode = await child.ended;
    over.abort();
    return meaningOf(exitCode, said());
  });
  return {
    ended,
    stop(patienceMs = PATIENCE_MS) {
      child.signal('SIGINT');
      systemClock.delay(patienceMs, over.signal).then(
        () => child.kill(),
        () => undefined,
      );
    },
  };
}

/** 99 is a verdict on the system; any other code but 0 says that the load itself went wrong. */
export function meaningOf(exitCode: number, said: string | undefined): K6End {
  const more = said === undefined ? {} : { said };
  if (exitCode === 0) return { exitCode, end: 'completed' };
  if (exitCode === THRESHOLDS_FAILED) return { exitCode, end: 'thresholds', ...more };
  if (exitCode === ASKED_TO_STOP) return { exitCode, end: 'stopped', said: said ?? 'it was asked to stop' };
  const died = exitCode > 128 ? `it was ended by signal ${exitCode - 128}` : `it ended with ${exitCode}`;
  return { exitCode, end: 'broken', said: said ?? died };
}

/** Reads what k6 logs; the answer gives its last error, one sentence. */
async function lastError(child: PipedCommand): Promise<() => string | undefined> {
  let last: string | undefined;
  for await (const line of linesOf(child.stderr)) last = errorOf(line) ?? last;
  return () => last;
}

function errorOf(line: string): string | undefined {
  try {
    const { level, msg } = JSON.parse(line) as { level?: string; msg?: string };
    return level === 'error' || level === 'fatal' ? msg?.replaceAll(/\s+/g, ' ').slice(0, 400) : undefined;
  } catch {
    return line.trim() === '' ? undefined : line.trim().slice(0, 400);
  }
}

async function drain(pieces: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of pieces);
}
