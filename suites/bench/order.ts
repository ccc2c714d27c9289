/** An order from POST to completed, through every proxy and with recording on, warm: alone, eight at a time, and what it costs by part. */
import type { BenchRow } from './bench.ts';
import { byPart, type CpuTimes, cpuBetween, cpuSum, cpuTimes, othersRow } from './cpu.ts';
import { atLeast, figure, median, percentile, under } from './figures.ts';
import { type OrderDriver, orderDriver, WARM_UP_ORDERS } from './order-driver.ts';
import { shopLab } from './shop-lab.ts';

const FIRST_ORDERS = 160;
const ROUNDS = 5;
const ALONE_A_ROUND = 20;
const TOGETHER_A_ROUND = 80;
const IN_FLIGHT = 8;
const TARGET_ALONE_MS = 30;
const TARGET_PER_SECOND = 100;

export default async function order(): Promise<BenchRow[]> {
  await using shop = await shopLab();
  await using driver = await orderDriver(shop.lab);
  const first = await rate(driver, FIRST_ORDERS);
  await driver.orders(WARM_UP_ORDERS, IN_FLIGHT);
  const alone: number[][] = [];
  const inRow: number[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await driver.alone(ALONE_A_ROUND));
    inRow.push(await driver.orders(ALONE_A_ROUND, 1));
  }

  const before = await cpuTimes(shop.lab);
  const heardBefore = driver.heard();
  const refusedBefore = driver.refused();
  const fromMs = performance.now();
  const perSecond: number[] = [];
  for (let round = 0; round < ROUNDS; round++) perSecond.push(await rate(driver, TOGETHER_A_ROUND));
  const used = cpuBetween(before, await cpuTimes(shop.lab));
  const tookMs = performance.now() - fromMs;
  const orders = ROUNDS * TOGETHER_A_ROUND;

  const p50 = figure('one order alone, POST to completed, p50', 'ms', alone.map(median));
  const p95 = percentile(alone.flat(), 0.95);
  return [
    // The figure is that of all orders; the spread is that of the rounds.
    under({ ...p50, value: median(alone.flat()) }, TARGET_ALONE_MS),
    { name: '  p95', unit: 'ms', value: p95 },
    figure('  each right after the one before, p50', 'ms', inRow.map(median)),
    atLeast(figure(`orders completed, ${IN_FLIGHT} in flight`, '1/s', perSecond), TARGET_PER_SECOND),
    { name: `  of the first ${FIRST_ORDERS} after the boot`, unit: '1/s', value: first },
    { name: '  answers 503 on the way', unit: '', value: driver.refused() - refusedBefore },
    othersRow(used, tookMs),
    { name: 'records of the wire per order', unit: '', value: (driver.heard() - heardBefore) / orders },
    ...cpuRows(used, orders),
  ];
}

async function rate(driver: OrderDriver, orders: number): Promise<number> {
  const fromMs = performance.now();
  await driver.orders(orders, IN_FLIGHT);
  return orders / ((performance.now() - fromMs) / 1000);
}

/** Total first, then by part, the dearest first. The warden reads what services log; the driver also reads the record. */
function cpuRows(used: CpuTimes, orders: number): BenchRow[] {
  const row = (name: string, ms: number): BenchRow => ({ name, unit: 'ms', value: ms / orders });
  const parts = byPart(used);
  return [row('processor time per order', cpuSum(used)), ...parts.map(([part, ms]) => row(`  of it ${part}`, ms))];
}
