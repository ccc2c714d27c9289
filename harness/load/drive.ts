/** Drives a load: starts k6, puts the faults on in the middle third, hands points on, stops when it is asked to. */
import { messageOf, systemClock } from '../core/index.ts';
import { type K6End, type K6Job, type K6Run, startK6 } from './k6.ts';
import type { LoadPoint } from './points.ts';

export interface Drive {
  readonly job: Omit<K6Job, 'segment'>;
  /** k6 processes that share the load. */
  readonly processes: number;
  readonly durationMs: number;
  readonly onPoint: (point: LoadPoint) => void;
  /** Called at a third of the load, and at two thirds or when it ends before. */
  readonly inject: () => Promise<void>;
  readonly heal: () => Promise<void>;
  readonly onTick: () => void;
  readonly signal: AbortSignal;
}

export interface Driven extends K6End {
  /** Trouble with the faults, where they could not be put on. */
  readonly trouble?: string;
}

const TICK_MS = 1_000;
const WEIGHT: Readonly<Record<K6End['end'], number>> = { completed: 0, thresholds: 1, stopped: 2, broken: 3 };

/** Resolves when every process has ended and the faults are off; rejects only where a fault cannot be taken back. */
export async function drive(options: Drive): Promise<Driven> {
  const { job, processes, durationMs, signal } = options;
  const over = new AbortController();
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const onPoint = (point: LoadPoint) => {
    begin();
    options.onPoint(point);
  };
  const runs = Array.from({ length: processes }, (_, index) =>
    startK6(processes === 1 ? job : { ...job, segment: `${index}/${processes}:${index + 1}/${processes}` }, onPoint),
  );
  const stop = () => {
    for (const run of runs) run.stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const ends = endOf(runs, stop).finally(() => over.abort());
  const faults = breakThings(options, begun, durationMs, AbortSignal.any([over.signal, signal])).catch((cause) => {
    stop();
    return messageOf(cause);
  });
  void tick(options.onTick, over.signal);
  const [end, trouble] = await Promise.all([ends, faults]);
  signal.removeEventListener('abort', stop);
  await options.heal();
  return { ...end, ...(trouble ? { trouble } : {}) };
}

/** The worst of the ends. One that breaks takes the others along: half a load answers no question. */
async function endOf(runs: readonly K6Run[], stop: () => void): Promise<K6End> {
  const ends = await Promise.all(
    runs.map(async (run) => {
      const end = await run.ended;
      if (end.end === 'broken') stop();
      return end;
    }),
  );
  return ends.reduce((worst, end) => (WEIGHT[end.end] > WEIGHT[worst.end] ? end : worst));
}

/** The middle third, counted from the first request. Nothing is thrown when the load ends before its time. */
async function breakThings(
  { inject, heal }: Drive,
  begun: Promise<void>,
  durationMs: number,
  over: AbortSignal,
): Promise<string | undefined> {
  const ended = new Promise<void>((resolve) => over.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([begun, ended]);
  if (!(await passed(durationMs / 3, over))) return undefined;
  const injectedAt = systemClock.now();
  await inject();
  // What it took to put them on is part of their third.
  await passed(durationMs / 3 - (systemClock.now() - injectedAt), over);
  await heal();
  return undefined;
}

async function passed(delayMs: number, over: AbortSignal): Promise<boolean> {
  return systemClock.delay(Math.max(0, delayMs), over).then(
    () => true,
    () => false,
  );
}

async function tick(onTick: () => void, over: AbortSignal): Promise<void> {
  while (await passed(TICK_MS, over)) onTick();
}
