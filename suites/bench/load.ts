/** What the harness itself costs under load: the same arrivals with everything in the path, and with services that dial each other directly. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab, LoadPhase } from '../../harness/core/index.ts';
import { loadEnvironment } from '../../harness/load/environment.ts';
import { type FoundScenario, findScenario, runLoad } from '../../harness/load/index.ts';
import { startK6 } from '../../harness/load/k6.ts';
import { loadTally } from '../../harness/load/tally.ts';
import { ensureTools } from '../../harness/setup/index.ts';
import type { BenchRow } from './bench.ts';
import { type CpuTimes, cpuBetween, cpuSum, cpuTimes } from './cpu.ts';
import { atMost } from './figures.ts';
import { shopLab } from './shop-lab.ts';

const SCENARIOS = join(import.meta.dirname, '../../fixtures/load');
const RATE = 20;
const WARM_UP_MS = 6_000;
const LOAD_MS = 15_000;
const SEED = 12;
const CASE = 'beefbeefbeefbeef';
/** Ours: what stands in the path, and what reads along. */
const OWN_PARTS = ['wire', 'toxiproxy', 'warden', 'driver'];
const TARGET_P50_RATIO = 2;

interface Measured {
  readonly phase: LoadPhase;
  readonly cpu: CpuTimes;
}

export default async function load(): Promise<BenchRow[]> {
  const { k6, versions } = await ensureTools(['k6'], () => undefined);
  const found = await findScenario(SCENARIOS, 'checkout');
  await using shop = await shopLab();
  const { lab, folder } = shop;
  await directly({ k6, found, origin: doorOf(lab) }, WARM_UP_MS);
  const before = await cpuTimes(lab);
  const result = await runLoad({
    ...{ lab, found, seed: SEED, rate: RATE, durationMs: LOAD_MS, processes: 1 },
    ...{ runFolder: folder, root: SCENARIOS, thresholds: [], repeat: '' },
    k6: { path: k6, version: versions.k6 ?? '' },
    signal: new AbortController().signal,
  });
  const through: Measured = { phase: firstOf(result.phases), cpu: cpuBetween(before, await cpuTimes(lab)) };

  await dialDirectly(lab);
  const origin = realDoorOf(lab, found.scenario.door);
  await directly({ k6, found, origin }, WARM_UP_MS);
  const beforeDirect = await cpuTimes(lab);
  const phase = await directly({ k6, found, origin }, LOAD_MS);
  const direct: Measured = { phase, cpu: cpuBetween(beforeDirect, await cpuTimes(lab)) };
  return rows(through, direct, result.memory);
}

function rows(through: Measured, direct: Measured, memory: { startBytes: number; peakBytes: number }): BenchRow[] {
  const ratio = (read: (measured: Measured) => number) => read(through) / read(direct);
  const p50 = ({ phase }: Measured) => phase.latency?.p50 ?? Number.NaN;
  const p95 = ({ phase }: Measured) => phase.latency?.p95 ?? Number.NaN;
  const perRequest = ({ phase, cpu }: Measured) => cpuSum(cpu) / phase.requests;
  const own = OWN_PARTS.reduce((sum, part) => sum + (through.cpu[part] ?? 0), 0) / through.phase.requests;
  return [
    { name: `p50 at ${RATE}/s, everything in the path`, unit: 'ms', value: p50(through) },
    { name: '  dialled directly', unit: 'ms', value: p50(direct) },
    atMost({ name: '  ratio', unit: 'x', value: ratio(p50) }, TARGET_P50_RATIO),
    { name: 'p95 ratio', unit: 'x', value: ratio(p95) },
    { name: 'processor time per request, ratio', unit: 'x', value: ratio(perRequest) },
    { name: '  of it wire, Toxiproxy, warden, driver', unit: 'ms', value: own },
    { name: 'errors, everything in the path', unit: '', value: through.phase.errors },
    { name: 'errors, dialled directly', unit: '', value: direct.phase.errors },
    {
      name: 'memory of the driver, growth over the load',
      unit: 'MB',
      value: (memory.peakBytes - memory.startBytes) / 1e6,
    },
  ];
}

/** The scenario by k6 alone: nothing is recorded, judged or written. */
async function directly(
  target: { readonly k6: string; readonly found: FoundScenario; readonly origin: string },
  durationMs: number,
): Promise<LoadPhase> {
  const { k6, found, origin } = target;
  const tally = loadTally(() => ({ injectedAt: undefined, healedAt: undefined }), false);
  const environment = await loadEnvironment({ found, origin, seed: SEED, rate: RATE, durationMs }, CASE);
  const run = startK6({ k6, script: found.file, environment }, tally.add);
  const { end, said } = await run.ended;
  if (end !== 'completed') throw new Error(`k6 ${end}: ${said}`);
  return firstOf(tally.phases());
}

function firstOf(phases: readonly LoadPhase[]): LoadPhase {
  const [all] = phases;
  if (!all || all.requests === 0) throw new Error('the load made no request');
  return all;
}

function doorOf(lab: Lab): string {
  const { host, port } = lab.address('driver', 'gateway');
  return `http://${host}:${port}`;
}

function realDoorOf({ descriptor }: Lab, door: string): string {
  const part = descriptor.parts.find(({ name }) => name === door);
  return `http://${part?.host}:${part?.port}`;
}

/** Every service is started anew with the real port of each of its callees in place of the wire's. */
async function dialDirectly(lab: Lab): Promise<void> {
  for (const { name, pid } of await lab.parts.list()) {
    if (pid === undefined || !(name in lab.topology.services)) continue;
    const edges = lab.descriptor.edges.filter(({ id }) => id.startsWith(`${name}->`));
    if (edges.length === 0) continue;
    const changed = Object.entries(environmentOf(pid)).flatMap(([variable, value]) => {
      const real = edges.reduce(
        (text, { wirePort, calleePort }) =>
          text.replaceAll(new RegExp(`(?<!\\d)${wirePort}(?!\\d)`, 'g'), String(calleePort)),
        value,
      );
      return real === value ? [] : [[variable, real]];
    });
    await lab.parts.restart(name, Object.fromEntries(changed) as Record<string, string>);
  }
}

function environmentOf(pid: number): Record<string, string> {
  const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}
