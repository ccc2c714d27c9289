/** Removes what carries a lab's label: containers with their volumes, then the network. */
import { hostname } from 'node:os';
import { HarnessError } from '../../core/errors.ts';
import { bootId, isAlive, readProcess } from '../process-table.ts';
import { type Engine, engineAt, OWNER_LABEL, RUN_LABEL } from './engine.ts';

interface Labelled {
  readonly Id: string;
  readonly Labels: Readonly<Record<string, string>>;
}

/** Gone already is fine, and so is being removed by somebody else. */
const GONE = [404, 409];

/** Throws `lab-lost` where the engine does not answer. */
export async function removeContainersOf(address: string, run: string): Promise<void> {
  const engine = engineAt(address);
  const filter = filterOf(`${RUN_LABEL}=${run}`);
  // Twice: one may have been created while the list was made.
  for (let round = 0; round < 2; round++) {
    const containers = await engine.call<Labelled[]>('GET', `/containers/json?all=1&${filter}`);
    await Promise.all(containers.map(({ Id }) => remove(engine, `/containers/${Id}?force=1&v=1`)));
    if (containers.length === 0) break;
  }
  const networks = await engine.call<Labelled[]>('GET', `/networks?${filter}`);
  await Promise.all(networks.map(({ Id }) => remove(engine, `/networks/${Id}`)));
}

/** Removes labs whose owner is gone and which no journal names; answers their runs. Those of other machines are left alone. */
export async function sweepByLabel(engine: Engine): Promise<string[]> {
  const filter = filterOf(RUN_LABEL);
  const found = await Promise.all([
    engine.call<Labelled[]>('GET', `/containers/json?all=1&${filter}`),
    engine.call<Labelled[]>('GET', `/networks?${filter}`),
  ]);
  const dead = found.flat().filter(({ Labels }) => !isOwnerAlive(Labels[OWNER_LABEL] ?? ''));
  const runs = [...new Set(dead.map(({ Labels }) => Labels[RUN_LABEL] ?? ''))];
  for (const run of runs) await removeContainersOf(engine.address, run);
  return runs;
}

/** `host:boot:pid:start ticks` of a warden, as the owner label says it. */
export function ownerMark(pid: number): string {
  return [hostname(), bootId(), pid, readProcess(pid)?.startTicks ?? 0].join(':');
}

/** What another host (or a process in a container of its own, which is one) put into the same engine counts as alive: it cannot be seen from here. */
function isOwnerAlive(mark: string): boolean {
  const [host, boot, pid, ticks] = mark.split(':');
  if (host !== hostname() || !boot || bootId() === '') return true;
  return boot === bootId() && isAlive(Number(pid), Number(ticks));
}

async function remove(engine: Engine, path: string): Promise<void> {
  try {
    await engine.call('DELETE', path, { alsoFine: GONE });
  } catch (error) {
    // A network that still has an endpoint is refused with 403: the second look of the sweep, or the next start, gets it.
    if (!(error instanceof HarnessError) || error.facts.status !== 403) throw error;
  }
}

function filterOf(label: string): string {
  return `filters=${encodeURIComponent(JSON.stringify({ label: [label] }))}`;
}
