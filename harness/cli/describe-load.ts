/** A load as text: the line of progress, and the table that a user reads at its end. */
import Table from 'cli-table3';
import type { LoadPhase, LoadResult } from '../core/index.ts';
import type { LoadProgress } from '../load/index.ts';
import { verdictWord } from './terminal.ts';

/** `  12 s  during   19 requests  p50 12 ms  p95 40 ms  0 errors`. */
export function describeProgress(
  { atMs, phase, requests, errors, p50, p95 }: LoadProgress,
  withFaults: boolean,
): string {
  const latency = p50 === undefined ? 'no answer' : `p50 ${ms(p50)}  p95 ${ms(p95)}`;
  const where = withFaults ? `  ${phase.padEnd(6)}` : '';
  return `${String(Math.round(atMs / 1_000)).padStart(4)} s${where}  ${String(requests).padStart(4)} requests  ${latency}  ${errors} errors`;
}

/** Phases, thresholds, recovery, then whatever is not kept. */
export function describeLoad(load: LoadResult): string {
  const table = new Table({
    head: ['phase', 'requests', 'errors', 'rate', 'p50', 'p90', 'p95', 'p99', 'max'],
    colAligns: ['left', ...Array.from({ length: 8 }, () => 'right' as const)],
    style: { head: [], border: [] },
  });
  for (const phase of load.phases) table.push(rowOf(phase));
  const lines = [table.toString()];
  for (const { text, status, value, unit } of load.thresholds) {
    const measured = value === undefined ? 'nothing measured' : `${Math.round(value * 100) / 100} ${unit}`.trim();
    lines.push(`${verdictWord(status)} threshold ${text} (${measured})`);
  }
  if (load.recovery) {
    const { tookMs } = load.recovery;
    lines.push(
      tookMs === undefined ? 'the door was not back by the end of the load' : `the door was back after ${ms(tookMs)}`,
    );
  }
  const { used, errors, target } = load.budget;
  lines.push(
    `error budget (${100 * target} %): ${Math.round(100 * used)} % used by ${errors} errors; ${load.accepted} accepted`,
  );
  if (load.dropped > 0) lines.push(`${load.dropped} arrivals were dropped: too many were under way`);
  for (const { status, check, summary } of load.verdicts)
    if (status !== 'pass') lines.push(`${verdictWord(status)} ${check}: ${summary}`);
  for (const { check, why } of load.notJudged ?? []) lines.push(`not judged: ${check}: ${why}`);
  if (load.verdict !== 'pass') lines.push(`    repeat: ${load.repeat}`);
  return lines.join('\n');
}

function rowOf({ phase, requests, errors, throughput, latency }: LoadPhase): string[] {
  const figures = latency
    ? [latency.p50, latency.p90, latency.p95, latency.p99, latency.max].map(ms)
    : Array(5).fill('–');
  return [phase, String(requests), String(errors), `${throughput.toFixed(1)}/s`, ...figures];
}

function ms(value: number | undefined): string {
  return value === undefined ? '–' : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
