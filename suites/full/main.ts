/**
 * `npm run full [-- --minutes <n>] [--cases <n>] [--labs <n>] [--only soak|defects] [--anew]`: how often defects are found, how often checks cry
 * wolf, and whether a lab stays as it was; measured and kept with the commit. Exit code 0 where every bound is kept, else 1.
 *
 * Examples:
 *   npm run full                                  until every count is reached: hours
 *   npm run full -- --minutes 60                  goes on where the last one of this commit ended
 *   npm run full -- --only defects --labs 2       defects, hunted in two labs at the same time
 */
import { parseArgs } from 'node:util';
import { HarnessError, messageOf, systemClock } from '../../harness/core/index.ts';
import type { Budget } from './budget.ts';
import { measureDetection } from './detection.ts';
import { commitNow, openProgress, type Part, type Progress } from './progress.ts';
import { saveRates } from './rates.ts';
import { measureSoak } from './soak.ts';

/** What is aimed at: then the bounds are 0.1 % and 1 %, one lab had this many cases, and each defect was hunted this often. */
const WANTED = { scoped: 3_000, alone: 300, soak: 1_000, huntsEach: 3 } as const;

/** Each gets its share of the time that is left; what one does not need falls to the next. */
const PARTS: readonly { readonly name: Part; readonly share: number; readonly measure: Measure }[] = [
  { name: 'soak', share: 0.6, measure: measureSoak },
  { name: 'defects', share: 1, measure: measureDetection },
];

type Measure = (
  progress: Progress,
  wanted: typeof WANTED & { readonly cases: number; readonly labs: number },
  budget: Budget,
) => Promise<void>;

async function main(args: string[]): Promise<number> {
  const { minutes, anew, cases, labs, only } = argumentsOf(args);
  const commit = await commitNow();
  const parts = PARTS.filter(({ name }) => only === undefined || name === only);
  const progress = await openProgress({ commit, anew, parts: parts.map(({ name }) => name) });
  const endAt = minutes === undefined ? Number.POSITIVE_INFINITY : systemClock.now() + minutes * 60_000;
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  for (const { name, share, measure } of parts) {
    if (stop.signal.aborted) break;
    const leftMs = endAt - systemClock.now();
    const untilMs = Number.isFinite(endAt) ? systemClock.now() + leftMs * (only ? 1 : share) : endAt;
    say(`${name} …`);
    const isOver = () => stop.signal.aborted || systemClock.now() >= untilMs;
    await measure(progress, { ...WANTED, cases, labs }, { isOver, signal: stop.signal, say }).catch((thrown) => {
      // What was counted until Ctrl-C is counted.
      if (!stop.signal.aborted) throw thrown;
    });
    await progress.save();
  }
  const { text, kept } = await saveRates(progress.found, WANTED);
  say(`\n${text}`);
  return stop.signal.aborted ? 130 : kept ? 0 : 1;
}

interface Arguments {
  readonly minutes?: number;
  readonly anew: boolean;
  /** Of the soak, in this run. */
  readonly cases: number;
  /** In which defects are hunted at the same time. */
  readonly labs: number;
  readonly only?: string;
}

function argumentsOf(args: string[]): Arguments {
  const hint = 'usage: npm run full -- [--minutes <n>] [--cases <n>] [--labs <n>] [--only soak|defects] [--anew]';
  const text = { type: 'string' } as const;
  const options = { minutes: text, cases: text, labs: text, only: text, anew: { type: 'boolean' } } as const;
  try {
    const { values } = parseArgs({ args, options });
    const { only, anew = false } = values;
    const minutes = positive('minutes', values.minutes);
    if (only !== undefined && !PARTS.some(({ name }) => name === only))
      throw new RangeError(`--only ${only} is neither of ${PARTS.map(({ name }) => name).join(', ')}`);
    const cases = positive('cases', values.cases) ?? Number.POSITIVE_INFINITY;
    const labs = Math.ceil(positive('labs', values.labs) ?? 1);
    return { anew, cases, labs, ...(minutes !== undefined && { minutes }), ...(only !== undefined && { only }) };
  } catch (cause) {
    throw new HarnessError({ code: 'bad-argument', message: messageOf(cause), hint, cause });
  }
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (value > 0) return value;
  throw new RangeError(`--${name} ${text} is no number above 0`);
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
