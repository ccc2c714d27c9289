/** What a container is put under by its engine: off its network, fewer processors, less memory; each with what counts how it is felt. */
import { HarnessError, messageOf } from '../../core/errors.ts';
import type { Pressure } from '../../core/lab.ts';
import type { Grip } from '../warden/life.ts';
import type { ContainerSpec } from '../warden/spec.ts';
import { dropPackets } from './drop-packets.ts';
import type { Engine } from './engine.ts';
import { memoryLimitHits, sendsWithoutRoute } from './kernel-counters.ts';

export interface Pressed {
  readonly engine: Engine;
  readonly id: string;
  readonly pid: number;
  readonly name: string;
  readonly spec: ContainerSpec;
}

export function pressContainer(container: Pressed, pressure: Pressure): Promise<Grip> {
  if (pressure.on === 'cpu') return limitCpu(container, pressure.cpus);
  if (pressure.on === 'memory') return limitMemory(container, pressure.bytes);
  return pressure.how === 'drop' ? dropPackets(container) : disconnect(container);
}

interface Endpoint {
  readonly IPAddress: string;
  readonly Aliases?: readonly string[] | null;
}

interface Inspected {
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, Endpoint>> };
  readonly HostConfig: { readonly Memory: number; readonly MemorySwap: number; readonly NanoCpus: number };
}

/** The engine takes its network away. It comes back under the same address, so that connections that were open go on. */
async function disconnect({ engine, id, pid, name, spec: { network } }: Pressed): Promise<Grip> {
  const { NetworkSettings } = await engine.call<Inspected>('GET', `/containers/${id}/json`);
  const endpoint = NetworkSettings.Networks[network];
  if (!endpoint) throw failed(name, 'it is in no network of the lab');
  const before = sendsWithoutRoute(pid);
  let most = 0;
  await engine.call('POST', `/networks/${network}/disconnect`, { body: { Container: id } });
  const Aliases = [...new Set([name, ...(endpoint.Aliases ?? [])])];
  const connect = (IPAMConfig: object | null) =>
    engine.call('POST', `/networks/${network}/connect`, {
      body: { Container: id, EndpointConfig: { Aliases, IPAMConfig } },
    });
  return {
    felt: async () => {
      // Where the process has ended meanwhile its last count stands.
      most = Math.max(most, sendsWithoutRoute(pid) - before);
      return { times: most, by: `packets of ${name} that found no way out, by the kernel` };
    },
    // Another part may have been given its address in the meantime: then any will do, for everybody asks by name.
    relieve: async () => void (await connect({ IPv4Address: endpoint.IPAddress }).catch(async () => connect(null))),
  };
}

interface Stats {
  readonly cpu_stats: { readonly throttling_data: { readonly throttled_periods: number } };
  readonly memory_stats: { readonly failcnt?: number };
}

async function limitCpu({ engine, id, name, spec }: Pressed, cpus: number): Promise<Grip> {
  const throttled = async () => (await statsOf(engine, id)).cpu_stats.throttling_data.throttled_periods;
  const before = await throttled();
  await update({ engine, id, name }, { NanoCpus: nanos(cpus) });
  return {
    felt: async () => ({
      times: Math.max(0, (await throttled()) - before),
      by: `periods of the scheduler in which ${name} wanted more than ${cpus} processors, by the engine`,
    }),
    relieve: () => update({ engine, id, name }, { NanoCpus: nanos(spec.cpus) }),
  };
}

async function limitMemory({ engine, id, pid, name }: Pressed, bytes: number): Promise<Grip> {
  const { HostConfig: had } = await engine.call<Inspected>('GET', `/containers/${id}/json`);
  const hits = async () => (await statsOf(engine, id)).memory_stats.failcnt ?? memoryLimitHits(pid);
  const before = await hits();
  await update({ engine, id, name }, { Memory: bytes, MemorySwap: bytes });
  let seen = 0;
  return {
    async felt() {
      // A container that was ended for it has no figures any more: its last ones stand, and its end is one.
      const [now, ended] = await Promise.all([hits().catch(() => undefined), endedForMemory(engine, id)]);
      seen = Math.max(seen, now === undefined ? 0 : now - before, ended ? 1 : 0);
      return { times: seen, by: `allocations of ${name} that met the limit of ${bytes} bytes, by the kernel` };
    },
    relieve: () => update({ engine, id, name }, { Memory: had.Memory, MemorySwap: had.MemorySwap }),
  };
}

async function endedForMemory(engine: Engine, id: string): Promise<boolean> {
  const { State } = await engine.call<{ readonly State: { readonly OOMKilled: boolean } }>(
    'GET',
    `/containers/${id}/json`,
  );
  return State.OOMKilled;
}

function statsOf(engine: Engine, id: string): Promise<Stats> {
  return engine.call('GET', `/containers/${id}/stats?stream=false&one-shot=true`);
}

async function update({ engine, id, name }: Pick<Pressed, 'engine' | 'id' | 'name'>, body: object): Promise<void> {
  await engine.call('POST', `/containers/${id}/update`, { body }).catch((cause) => {
    throw failed(name, messageOf(cause));
  });
}

function nanos(cpus: number): number {
  return Math.round(cpus * 1e9);
}

function failed(name: string, why: string): HarnessError {
  return new HarnessError({ code: 'fault-failed', message: `part "${name}" could not be put under pressure: ${why}` });
}
