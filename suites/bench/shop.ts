/** The whole shop: boot, memory, an order alone with either saga, the rate it holds through all proxies, and where that ends. */

import orchestrated from '../../fixtures/topologies/shop.ts';
import choreographed from '../../fixtures/topologies/shop-choreographed.ts';
import { systemClock, type Topology } from '../../harness/core/index.ts';
import type { BenchRow } from './bench.ts';
import { byPart, cpuBetween, cpuSum, cpuTimes, othersRow } from './cpu.ts';
import { atLeast, figure, median, percentile, under } from './figures.ts';
import { type Memory, memoryOf } from './memory.ts';
import { type OrderDriver, orderDriver, WARM_UP_ORDERS } from './order-driver.ts';
import { shopLab } from './shop-lab.ts';

const ROUNDS = 5;
const ALONE_A_ROUND = 20;
const SUSTAINED_ORDERS = 600;
const IN_FLIGHT = 16;
const TARGETS = { bootMs: 6_000, serviceMb: 110, wholeMb: 2_500 * 1.073741824, acceptedMs: 15, perSecond: 60 } as const;
const COMPLETED_MS = { orchestrated: 60, choreographed: 40 } as const;

export default async function shop(): Promise<BenchRow[]> {
  const conducted = await measured(orchestrated, 'orchestrated', sustained);
  const danced = await measured(choreographed, 'choreographed', async () => []);
  return [...conducted, ...danced];
}

type More = (driver: OrderDriver, lab: Parameters<typeof memoryOf>[0]) => Promise<BenchRow[]>;

async function measured(topology: Topology, saga: keyof typeof COMPLETED_MS, more: More): Promise<BenchRow[]> {
  const startedAt = systemClock.now();
  await using shop = await shopLab(topology);
  const upMs = systemClock.now() - startedAt;
  await using driver = await orderDriver(shop.lab);
  await driver.orders(WARM_UP_ORDERS, IN_FLIGHT / 2);
  const acceptedBefore = driver.accepted().length;
  const alone: number[][] = [];
  for (let round = 0; round < ROUNDS; round++) alone.push(await driver.alone(ALONE_A_ROUND));
  const accepted = driver.accepted().slice(acceptedBefore);
  const inRow: number[][] = [];
  for (let round = 0; round < ROUNDS; round++) inRow.push(await driver.orders(ALONE_A_ROUND, 1));
  const completed = figure(`one order alone, ${saga}, POST to completed, p50`, 'ms', alone.map(median));
  return [
    under({ name: `boot of ${topology.name}, warm`, unit: 'ms', value: upMs }, TARGETS.bootMs),
    under({ name: '  POST to 201, p50', unit: 'ms', value: median(accepted) }, TARGETS.acceptedMs),
    under({ ...completed, value: median(alone.flat()) }, COMPLETED_MS[saga]),
    { name: '  p95', unit: 'ms', value: percentile(alone.flat(), 0.95) },
    figure('  each right after the one before, p50', 'ms', inRow.map(median)),
    ...(await more(driver, shop.lab)),
    ...memoryRows(await memoryOf(shop.lab), new Set(Object.keys(topology.services))),
  ];
}

/** The rate with so many in flight that the machine has always something to do: what an order costs says what would have to be cheaper. */
const sustained: More = async (driver, lab) => {
  const before = await cpuTimes(lab);
  const refusedBefore = driver.refused();
  const fromMs = performance.now();
  await driver.orders(SUSTAINED_ORDERS, IN_FLIGHT);
  const tookMs = performance.now() - fromMs;
  const used = cpuBetween(before, await cpuTimes(lab));
  const busy = { name: '  processors busy with it', unit: '', value: cpuSum(used) / tookMs };
  const cost = (name: string, ms: number): BenchRow => ({ name, unit: 'ms', value: ms / SUSTAINED_ORDERS });
  const rate = {
    name: `orders completed, ${IN_FLIGHT} in flight`,
    unit: '1/s',
    value: (SUSTAINED_ORDERS / tookMs) * 1_000,
  };
  return [
    atLeast(rate, TARGETS.perSecond),
    { name: '  answers 503 on the way', unit: '', value: driver.refused() - refusedBefore },
    busy,
    othersRow(used, tookMs),
    cost('processor time per order', cpuSum(used)),
    ...byPart(used).map(([part, ms]) => cost(`  of it ${part}`, ms)),
  ];
};

/** Resident pages of each service's process: what it has alone, and in full the pages of Node's program that all of them share (some 52 MB). */
function memoryRows(parts: readonly Memory[], services: ReadonlySet<string>): BenchRow[] {
  const whole = parts.reduce((sum, { ownShareMb }) => sum + ownShareMb, 0);
  const [largest, ...others] = parts.filter(({ part }) => services.has(part));
  if (largest === undefined) return [];
  return [
    under({ name: 'memory of all parts, shared pages once', unit: 'MB', value: whole }, Math.round(TARGETS.wholeMb)),
    under(
      { name: `largest service, ${largest.part}, resident`, unit: 'MB', value: largest.residentMb },
      TARGETS.serviceMb,
    ),
    ...others.map(({ part, residentMb }) => ({ name: `  ${part}`, unit: 'MB', value: residentMb })),
  ];
}
