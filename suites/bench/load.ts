/** What the harness itself costs under load: the same arrivals with everything in the path, and with services that dial each other directly. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lab, type LoadPhase, type LoadResult, seededRandom } from '../../harness/core/index.ts';
import { loadEnvironment } from '../../harness/load/environment.ts';
import { type FoundScenario, findScenario, runLoad } from '../../harness/load/index.ts';
import { startK6 } from '../../harness/load/k6.ts';
import { loadTally } from '../../harness/load/tally.ts';
import { ensureTools } from '../../harness/setup/index.ts';
import type { BenchRow } from './bench.ts';
import { type CpuTimes, cpuBetween, cpuSum, cpuTimes } from './cpu.ts';
import { atMost, figure } from './figures.ts';
import { shopLab } from './shop-lab.ts';

const SCENARIOS = join(import.meta.dirname, '../../fixtures/load');
const RATE = 20;
const WARM_UP_MS = 4_000;
const LOAD_MS = 8_000;
const ROUNDS = 3;
const SEED = 12;
/** Ours: what stands in the path, and what reads along. */
const OWN_PARTS = ['wire', 'toxiproxy', 'warden', 'driver'];
/** Three listeners lie between two services instead of one, and everything is recorded. */
const TARGET_P50_RATIO = 2;

interface Measured {
  readonly phase: LoadPhase;
  readonly cpu: CpuTimes;
}

interface Round {
  readonly through: Measured;
  readonly direct: Measured;
  /** Of the driver, over the load that was recorded and judged, in bytes. */
  readonly grownBytes: number;
}

interface Bench {
  readonly k6: { readonly path: string; readonly version: string };
  readonly found: FoundScenario;
  readonly lab: Lab;
  readonly folder: string;
}

const random = seededRandom(SEED).fork('bench/load');

export default async function load(): Promise<BenchRow[]> {
  const { k6, versions } = await ensureTools(['k6'], () => undefined);
  const found = await findScenario(SCENARIOS, 'checkout');
  await using shop = await shopLab();
  const bench = { ...shop, found, k6: { path: k6, version: versions.k6 ?? '' } };
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await oneRound(bench));
  return rows(rounds);
}

async function oneRound(bench: Bench): Promise<Round> {
  const { lab, found } = bench;
  await k6Alone(bench, doorOf(lab), WARM_UP_MS);
  const before = await cpuTimes(lab);
  const { phases, memory } = await recorded(bench);
  const through = { phase: firstOf(phases), cpu: cpuBetween(before, await cpuTimes(lab)) };
  const dialWire = await dialDirectly(lab);
  const origin = realDoorOf(lab, found.scenario.door);
  await k6Alone(bench, origin, WARM_UP_MS);
  const beforeDirect = await cpuTimes(lab);
  const phase = await k6Alone(bench, origin, LOAD_MS);
  const direct = { phase, cpu: cpuBetween(beforeDirect, await cpuTimes(lab)) };
  await dialWire();
  return { through, direct, grownBytes: memory.peakBytes - memory.startBytes };
}

function rows(rounds: readonly Round[]): BenchRow[] {
  const p50 = ({ phase }: Measured) => phase.latency?.p50 ?? Number.NaN;
  const p95 = ({ phase }: Measured) => phase.latency?.p95 ?? Number.NaN;
  const perRequest = ({ phase, cpu }: Measured) => cpuSum(cpu) / phase.requests;
  const ratios = (read: (measured: Measured) => number) =>
    rounds.map(({ through, direct }) => read(through) / read(direct));
  const own = rounds.map(
    ({ through: { cpu, phase } }) => OWN_PARTS.reduce((sum, part) => sum + (cpu[part] ?? 0), 0) / phase.requests,
  );
  const of = (read: (round: Round) => number) => rounds.map(read);
  return [
    figure(
      `p50 at ${RATE}/s, everything in the path`,
      'ms',
      of(({ through }) => p50(through)),
    ),
    figure(
      '  dialled directly',
      'ms',
      of(({ direct }) => p50(direct)),
    ),
    atMost(figure('  ratio', 'x', ratios(p50)), TARGET_P50_RATIO),
    figure('p95 ratio', 'x', ratios(p95)),
    figure('processor time per request, ratio', 'x', ratios(perRequest)),
    figure('  of it wire, Toxiproxy, warden, driver', 'ms', own),
    figure('errors of all rounds, everything in the path', '', [sum(of(({ through }) => through.phase.errors))]),
    figure('errors of all rounds, dialled directly', '', [sum(of(({ direct }) => direct.phase.errors))]),
    figure(
      'memory of the driver, growth over the load',
      'MB',
      of(({ grownBytes }) => grownBytes / 1e6),
    ),
  ];
}

/** As `faultline load` does it: recorded, tallied, judged. */
function recorded({ k6, lab, found, folder }: Bench): Promise<LoadResult> {
  return runLoad({
    ...{ k6, lab, found, seed: random.integer(1, 1e9), rate: RATE, durationMs: LOAD_MS, processes: 1 },
    ...{ runFolder: folder, root: SCENARIOS, thresholds: [], repeat: '' },
    signal: new AbortController().signal,
  });
}

/** The scenario by k6 alone: nothing is judged or written. Each has a case of its own, or its keys would be known already. */
async function k6Alone({ k6, found }: Bench, origin: string, durationMs: number): Promise<LoadPhase> {
  const tally = loadTally(() => ({ injectedAt: undefined, healedAt: undefined }), false);
  const environment = await loadEnvironment({ found, origin, seed: SEED, rate: RATE, durationMs }, random.hex(16));
  const run = startK6({ k6: k6.path, script: found.file, environment }, tally.add);
  const { end, said } = await run.ended;
  if (end !== 'completed') throw new Error(`k6 ${end}: ${said}`);
  return firstOf(tally.phases());
}

function firstOf(phases: readonly LoadPhase[]): LoadPhase {
  const [all] = phases;
  if (!all || all.requests === 0) throw new Error('the load made no request');
  return all;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function doorOf(lab: Lab): string {
  const { host, port } = lab.address('driver', 'gateway');
  return `http://${host}:${port}`;
}

function realDoorOf({ descriptor }: Lab, door: string): string {
  const part = descriptor.parts.find(({ name }) => name === door);
  return `http://${part?.host}:${part?.port}`;
}

/** Every service is started anew with the real port of each of its callees in place of the wire's; the answer undoes that. */
async function dialDirectly(lab: Lab): Promise<() => Promise<void>> {
  const asBefore: (() => Promise<unknown>)[] = [];
  for (const { name, pid } of await lab.parts.list()) {
    const edges = lab.descriptor.edges.filter(({ id }) => id.startsWith(`${name}->`));
    if (pid === undefined || edges.length === 0) continue;
    const changed = environmentOf(pid).flatMap(([variable, value]) => {
      const real = edges.reduce((text, edge) => text.replaceAll(portOf(edge.wirePort), String(edge.calleePort)), value);
      return real === value ? [] : [{ variable, value, real }];
    });
    asBefore.push(() => lab.parts.restart(name, Object.fromEntries(changed.map((one) => [one.variable, one.value]))));
    await lab.parts.restart(name, Object.fromEntries(changed.map((one) => [one.variable, one.real])));
  }
  return async () => {
    for (const restart of asBefore) await restart();
  };
}

function portOf(port: number): RegExp {
  return new RegExp(`(?<!\\d)${port}(?!\\d)`, 'g');
}

function environmentOf(pid: number): (readonly [variable: string, value: string])[] {
  const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  return pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
}
