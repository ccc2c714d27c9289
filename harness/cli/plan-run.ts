/** What a run is to do, checked before anything is booted: topology, experiments, contracts; and the plan as text. */
import { planChecks } from '../checks/index.ts';
import { HarnessError, type ShardInfo, type Topology } from '../core/index.ts';
import { type Experiment, loadExperiments, planFaults, selectExperiments } from '../experiment/index.ts';
import type { Runtime } from '../faults/index.ts';
import { fitsRuntime, runtimeAhead } from './fit-runtime.ts';
import { planContracts } from './plan-contracts.ts';
import { PLACES } from './project.ts';
import { itemsOfShard, type Shard, shardInfo } from './shard.ts';
import { dim, print, say } from './terminal.ts';

export interface RunPlan {
  readonly topology: Topology;
  readonly experiments: readonly Experiment[];
  /** Whether the contracts are verified as well: not where single experiments were asked for. */
  readonly contracts: boolean;
  readonly shard: ShardInfo | undefined;
  /** Slugs of those that the runtime cannot have; none where they were asked for by name: that is refused. */
  readonly leftOut: readonly string[];
}

export interface RunWishes {
  readonly names: readonly string[];
  readonly contracts: boolean;
  readonly shard?: Shard | undefined;
  /** A lab of its own, although one is up. */
  readonly fresh?: boolean | undefined;
}

export async function planRun(topology: Topology, wishes: RunWishes): Promise<RunPlan> {
  const all = await selectFor(topology, wishes.names);
  const runtime = await runtimeAhead(all, topology, wishes.fresh ?? false);
  const fits = await Promise.all(all.map((one) => runtime === undefined || fitsRuntime(one, runtime)));
  const selected = all.filter((_, index) => fits[index] || wishes.names.length > 0);
  const slugs = selected.map(({ slug }) => slug);
  const shard = wishes.shard && shardInfo(slugs, wishes.shard);
  const experiments = itemsOfShard(selected, ({ slug }) => slug, shard);
  for (const experiment of experiments) await checkExperiment(experiment, topology, runtime);
  const wanted = wishes.contracts && wishes.names.length === 0 && (shard?.index ?? 1) === 1;
  const contracts = wanted && (await planContracts(topology)) !== undefined;
  const leftOut = all.filter((one) => !selected.includes(one)).map(({ slug }) => slug);
  return { topology, experiments, contracts, shard, leftOut };
}

/** Refuses faults and checks that the topology cannot have, and faults that the runtime cannot do. */
export async function checkExperiment(
  { faults, checks }: Experiment,
  topology: Topology,
  runtime?: Runtime,
): Promise<void> {
  await planFaults(faults, topology, runtime ? { runtime } : {});
  await planChecks(checks, topology);
}

export function appliesTo({ topologies }: Pick<Experiment, 'topologies'>, { name }: Topology): boolean {
  return !topologies || topologies.includes(name);
}

async function selectFor(topology: Topology, names: readonly string[]): Promise<readonly Experiment[]> {
  const all = await loadExperiments(PLACES.experiments, PLACES.root);
  const fitting = all.filter((experiment) => appliesTo(experiment, topology));
  if (fitting.length === 0) {
    const hint = `write one into suites/chaos; those that are there are for ${topologiesOf(all).join(', ')}`;
    throw new HarnessError({ code: 'bad-argument', message: `no experiment is for topology ${topology.name}`, hint });
  }
  try {
    return selectExperiments(fitting, names);
  } catch (thrown) {
    const elsewhere = names.flatMap((name) => (isKnown(fitting, name) ? [] : pick(all, name)));
    const [other] = elsewhere;
    if (!other) throw thrown;
    throw new HarnessError({
      code: 'bad-argument',
      message: `the experiment ${other.slug} is not for topology ${topology.name}`,
      hint: `it is for ${other.topologies?.join(', ')}: add --topology ${other.topologies?.[0]}`,
      cause: thrown,
    });
  }
}

function pick(all: readonly Experiment[], name: string): readonly Experiment[] {
  return isKnown(all, name) ? selectExperiments(all, [name]) : [];
}

function isKnown(all: readonly Experiment[], name: string): boolean {
  try {
    return selectExperiments(all, [name]).length > 0;
  } catch {
    return false;
  }
}

function topologiesOf(all: readonly Experiment[]): string[] {
  return [...new Set(all.flatMap(({ topologies }) => topologies ?? []))];
}

/** The plan as data, for `--json`. */
export function planAsData({ topology, experiments, contracts, shard, leftOut }: RunPlan) {
  return {
    topology: topology.name,
    contracts,
    experiments: experiments.map(({ name, slug, hypothesis, faults, checks, file }) => ({
      ...{ name, slug, hypothesis, faults, checks, file },
    })),
    ...(shard ? { shard } : {}),
    ...(leftOut.length > 0 ? { leftOut } : {}),
  };
}

/** Says what is not run, and why: nothing is left out in silence. */
export function sayLeftOut({ leftOut }: RunPlan): void {
  if (leftOut.length > 0) say(`left out, for their faults belong to the other runtime: ${leftOut.join(', ')}`);
}

export function printPlan({ topology, experiments, contracts }: RunPlan): void {
  print(`topology ${topology.name}; ${contracts ? 'contracts, then ' : ''}${experiments.length} experiments`);
  for (const { name, slug, hypothesis, faults, checks } of experiments) {
    print(`\n${name} ${dim(`(${slug})`)}`);
    print(`  ${dim(hypothesis)}`);
    for (const { fault, target, options, trigger } of faults) {
      const details = [options && JSON.stringify(options), trigger && `when ${JSON.stringify(trigger)}`];
      print(`  fault  ${fault} on ${target} ${dim(details.filter(Boolean).join(' '))}`.trimEnd());
    }
    print(`  checks ${checks.map(({ check }) => check).join(', ')}`);
  }
}
