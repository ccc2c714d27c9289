/** A process of its own that boots the small shop and places one order; prints what that took and cost, then takes all down. */
import { systemClock, type Timing } from '../../harness/core/index.ts';
import { type CpuTimes, cpuTimes } from './cpu.ts';
import { orderDriver } from './order-driver.ts';
import { shopLab } from './shop-lab.ts';

export interface BootReport {
  /** Epoch ms at which the first order was completed. */
  readonly completedAt: number;
  /** ms that this order took. */
  readonly firstOrderMs: number;
  readonly boot: readonly Timing[];
  readonly cpu: CpuTimes;
}

await using shop = await shopLab();
await using driver = await orderDriver(shop.lab);
const firstOrderMs = await driver.order();
const report: BootReport = {
  completedAt: systemClock.now(),
  firstOrderMs,
  boot: shop.lab.descriptor.boot,
  cpu: await cpuTimes(shop.lab),
};
process.stdout.write(`${JSON.stringify(report)}\n`);
