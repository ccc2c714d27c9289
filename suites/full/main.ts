/** `npm run full [-- --minutes <n>] [--anew]`: how often defects are found and how often checks cry wolf, measured and kept with the commit. */
import { parseArgs } from 'node:util';
import { HarnessError, messageOf, systemClock } from '../../harness/core/index.ts';
import { measureAlone } from './alone.ts';
import type { Budget } from './budget.ts';
import { measureDetection } from './detection.ts';
import { commitNow, openProgress, type Progress } from './progress.ts';
import { saveRates } from './rates.ts';
import { measureScoped } from './scoped.ts';

/** What is aimed at: then the bounds are 0.1 % and 1 %, and each defect was hunted this often. */
const WANTED = { scoped: 3_000, alone: 300, huntsEach: 3 } as const;

/** Each gets its share of the time that is left; what one does not need falls to the next. */
const PARTS: readonly { readonly name: string; readonly share: number; readonly measure: Measure }[] = [
  { name: 'scoped cases', share: 0.15, measure: measureScoped },
  { name: 'cases that run alone', share: 0.5, measure: measureAlone },
  { name: 'defects', share: 1, measure: measureDetection },
];

type Measure = (progress: Progress, wanted: typeof WANTED, budget: Budget) => Promise<void>;

async function main(args: string[]): Promise<number> {
  const { minutes, anew } = argumentsOf(args);
  const commit = await commitNow();
  const progress = await openProgress(commit, anew);
  const endAt = minutes === undefined ? Number.POSITIVE_INFINITY : systemClock.now() + minutes * 60_000;
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  for (const { name, share, measure } of PARTS) {
    if (stop.signal.aborted) break;
    const untilMs = Number.isFinite(endAt) ? systemClock.now() + (endAt - systemClock.now()) * share : endAt;
    say(`${name} …`);
    const isOver = () => stop.signal.aborted || systemClock.now() >= untilMs;
    await measure(progress, WANTED, { isOver, signal: stop.signal, say });
    await progress.save();
  }
  const { text, kept } = await saveRates(progress.found, WANTED);
  say(`\n${text}`);
  return stop.signal.aborted ? 130 : kept ? 0 : 1;
}

function argumentsOf(args: string[]): { readonly minutes?: number; readonly anew: boolean } {
  const hint = 'usage: npm run full -- [--minutes <n>] [--anew]';
  try {
    const { values } = parseArgs({ args, options: { minutes: { type: 'string' }, anew: { type: 'boolean' } } });
    const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
    if (minutes !== undefined && !(minutes > 0)) throw new RangeError(`--minutes ${values.minutes} is no time`);
    return { anew: values.anew ?? false, ...(minutes === undefined ? {} : { minutes }) };
  } catch (cause) {
    throw new HarnessError({ code: 'bad-argument', message: messageOf(cause), hint, cause });
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function report(thrown: unknown): number {
  if (!(thrown instanceof HarnessError)) throw thrown;
  process.stderr.write(`error ${thrown.message}\n${thrown.hint ? `→ ${thrown.hint}\n` : ''}`);
  return thrown.exitCode;
}

process.exit(await main(process.argv.slice(2)).catch(report));
