/** What set-up costs when there is nothing to set up: the bootstrap before our code runs, and the look for the tools. */
import { systemClock } from '../../harness/core/index.ts';
import type { BenchRow } from './bench.ts';
import { runFile } from './child.ts';
import { figure, under } from './figures.ts';

const RUNS = 5;
const TARGET_MS = 500;

export default async function setup(): Promise<BenchRow[]> {
  const bootstrap: number[] = [];
  const tools: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    // In turns, so that both see the same machine.
    const direct = await untilItRuns(true);
    bootstrap.push((await untilItRuns(false)) - direct);
    tools.push(Number(await runFile('./tools-once.ts')));
  }
  const both = bootstrap.map((ms, run) => ms + (tools[run] ?? 0));
  return [
    under(figure('set-up with nothing to do', 'ms', both), TARGET_MS),
    figure('  of it packages and Node 24', 'ms', bootstrap),
    figure('  of it tools', 'ms', tools),
  ];
}

/** From the start of the process until the program's first line runs, in ms. */
async function untilItRuns(direct: boolean): Promise<number> {
  const startedAt = systemClock.now();
  return Number(await runFile('./nothing.ts', { direct })) - startedAt;
}
