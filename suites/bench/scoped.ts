/** Many cases at once in one lab, each with a fault of its own on an exchange of its own: rate, reruns, and right verdicts. */
import { orderCompletes, placeOrder } from '../../fixtures/workloads/shop.ts';
import { type CaseResult, type FaultSpec, seededRandom } from '../../harness/core/index.ts';
import {
  type Experiment,
  openSession,
  runScopedCases,
  STEADY_CHECKS,
  type WorkloadContext,
} from '../../harness/experiment/index.ts';
import type { BenchRow } from './bench.ts';
import { cpuBetween, cpuSum, cpuTimes, othersRow } from './cpu.ts';
import { atLeast, atMost } from './figures.ts';
import { shopLab } from './shop-lab.ts';

const CASES = 200;
/** One in so many claims what is not true: its verdict must be `fail`, or a green one would mean nothing. */
const FALSE_CLAIM_EVERY = 99;
const WARM_UP_CASES = 60;
/** Orders posted at the same time: more would wait in the gateway until its breaker opens, which all cases share. */
const DOOR_PLACES = 12;
const SEED = 20;
const PUBLISHERS = ['order', 'inventory', 'payment', 'shipping'] as const;
const TARGET_PER_SECOND = 30;
const TARGET_RERUN_PERCENT = 5;

export default async function scoped(): Promise<BenchRow[]> {
  await using shop = await shopLab();
  const session = await openSession({ lab: shop.lab, runFolder: shop.folder, seed: SEED });
  try {
    const { signal } = new AbortController();
    await runScopedCases(session, casesOf('warm-up', WARM_UP_CASES), { signal });
    const experiments = casesOf('case', CASES);
    const before = await cpuTimes(shop.lab);
    const { cases, tookMs } = await runScopedCases(session, experiments, { signal });
    const used = cpuBetween(before, await cpuTimes(shop.lab));
    const wrong = cases.filter((result, index) => !isRight(result, claimsFalsely(index)));
    const honest = cases.filter((_, index) => !claimsFalsely(index));
    const rerun = honest.filter(({ rerunAlone }) => rerunAlone).length;
    return [
      atLeast(
        { name: `scoped cases, ${CASES} at once`, unit: '1/s', value: CASES / (tookMs / 1000) },
        TARGET_PER_SECOND,
      ),
      atMost({ name: '  wrong verdicts', unit: '', value: wrong.length }, 0),
      atMost({ name: '  run again alone', unit: '%', value: (100 * rerun) / honest.length }, TARGET_RERUN_PERCENT),
      {
        name: '  false claims found, of all planted',
        unit: '%',
        value: (100 * found(cases)) / (CASES - honest.length),
      },
      othersRow(used, tookMs),
      { name: '  processor time per case', unit: 'ms', value: cpuSum(used) / CASES },
      { name: '    of it the driver: workload, records, checks', unit: 'ms', value: (used.driver ?? 0) / CASES },
    ];
  } finally {
    await session.close();
  }
}

/** Cases of which nothing false is claimed: none may be red. */
export function scopedCases(kind: string, count: number): Experiment[] {
  return casesOf(kind, count, () => false);
}

/** Each with its own fault: a record of one service copied, or this case's call of order delayed below the time-out. */
function casesOf(kind: string, count: number, isFalse: (index: number) => boolean = claimsFalsely): Experiment[] {
  const random = seededRandom(SEED).fork(kind);
  return Array.from({ length: count }, (_, index): Experiment => {
    const fault: FaultSpec =
      index % 2 === 0
        ? { fault: 'record-copied', target: `${random.pick(PUBLISHERS)}->kafka`, trigger: { times: 1 } }
        : {
            fault: 'delay',
            target: 'gateway->order',
            options: { delayMs: random.integer(50, 300) },
            trigger: { operation: 'POST /orders' },
          };
    const state = isFalse(index) ? 'payment_failed' : 'completed';
    return {
      name: `${kind} ${index}: ${fault.fault} on ${fault.target}`,
      slug: `${kind}-${index}`,
      file: 'suites/bench/scoped.ts',
      hypothesis: `An order ends ${state} although ${fault.fault} strikes on ${fault.target}.`,
      faults: [fault],
      workload: oneOrder,
      checks: [
        ...STEADY_CHECKS.filter(({ check }) => check !== 'terminal-states'),
        { check: 'terminal-states', expect: { state } },
      ],
      pulse: orderCompletes,
    };
  });
}

const door = places(DOOR_PLACES);

async function oneOrder(context: WorkloadContext): Promise<void> {
  await door(() => placeOrder(context));
  await context.settled({ count: 1 });
}

/** At most `count` pieces of work at a time; the others wait their turn. */
function places(count: number): (work: () => Promise<unknown>) => Promise<void> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

function claimsFalsely(index: number): boolean {
  return index % FALSE_CLAIM_EVERY === FALSE_CLAIM_EVERY - 1;
}

/** Right: green with a fault that landed, or red by the check that was told an untruth and by that alone. */
function isRight({ verdict, verdicts, faults }: CaseResult, falsely: boolean): boolean {
  const landed = faults.length > 0 && faults.every(({ hits }) => hits > 0);
  if (!falsely) return verdict === 'pass' && landed;
  const notGreen = verdicts.filter(({ status }) => status !== 'pass');
  return landed && verdict === 'fail' && notGreen.every(({ check }) => check === 'terminal-states');
}

function found(cases: readonly CaseResult[]): number {
  return cases.filter((result, index) => claimsFalsely(index) && isRight(result, true)).length;
}
