/** Warm boot of the small shop: from the start of a fresh process to its first completed order, and where the processor time goes. */
import { systemClock } from '../../harness/core/index.ts';
import { bootMs } from '../../harness/runtime/index.ts';
import type { BenchRow } from './bench.ts';
import type { BootReport } from './boot-once.ts';
import { runFile } from './child.ts';
import { byPart, cpuSum } from './cpu.ts';
import { figure, under } from './figures.ts';

const RUNS = 3;
const TARGET_MS = 3_500;

export default async function boot(): Promise<BenchRow[]> {
  const total: number[] = [];
  const reports: BootReport[] = [];
  for (let run = 0; run < RUNS; run++) {
    const startedAt = systemClock.now();
    const report = JSON.parse(await runFile('./boot-once.ts')) as BootReport;
    total.push(report.completedAt - startedAt);
    reports.push(report);
  }
  const labUp = reports.map(({ boot: steps }) => bootMs(steps));
  const parts = byPart(reports[0]?.cpu ?? {}).map(([part]) => part);
  const partRows = parts
    .map((part) =>
      seconds(
        `  of it ${part}`,
        reports.map(({ cpu }) => cpu[part] ?? 0),
      ),
    )
    .sort((a, b) => b.value - a.value);
  return [
    under(figure('warm boot, process start to first completed order', 'ms', total), TARGET_MS),
    figure('  of it the lab', 'ms', labUp),
    figure(
      '  of it the first order',
      'ms',
      reports.map(({ firstOrderMs }) => firstOrderMs),
    ),
    seconds(
      'processor time of a boot',
      reports.map(({ cpu }) => cpuSum(cpu)),
    ),
    ...partRows,
  ];
}

function seconds(name: string, values: readonly number[]): BenchRow {
  return figure(
    name,
    's',
    values.map((ms) => ms / 1000),
  );
}
