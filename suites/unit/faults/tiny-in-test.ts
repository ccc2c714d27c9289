/** A real lab of the tiny topology, as the tests of faults use it: sales, and one fault at a time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import tiny from '../../../fixtures/topologies/tiny.ts';
import {
  type FaultSpec,
  type Lab,
  newTraceparent,
  seededRandom,
  systemClock,
  type Topology,
} from '../../../harness/core/index.ts';
import { faultsOf, findUnhealed, openFeed, planFaults } from '../../../harness/experiment/index.ts';
import { bootLab, takeDownLab } from '../../../harness/runtime/index.ts';
import { ensureTools } from '../../../harness/setup/index.ts';

export const CASE = '00000000000000aa';

export interface Sale {
  readonly status: number;
  readonly tookMs: number;
}

export interface TinyLab {
  readonly lab: Lab;
  sell(key: string, caseId?: string): Promise<Sale>;
  booked(key: string): Promise<number>;
  plan(spec: FaultSpec): Promise<ReturnType<typeof faultsOf>>;
  /** Injects, lets `during` look, heals; gives the hits. The lab must be as before afterwards. */
  withFault(spec: FaultSpec, during: () => Promise<void>): Promise<number>;
  close(): Promise<void>;
}

/** `topology` may be made of tiny. */
export async function startTiny(topology: Topology = tiny): Promise<TinyLab> {
  const random = seededRandom(7);
  const folder = await mkdtemp(join(tmpdir(), 'faultline-faults-'));
  const lab = await bootLab({
    topology,
    tools: await ensureTools(['node', 'toxiproxy'], () => undefined),
    folder,
  });
  const feed = await openFeed(lab);

  const sell: TinyLab['sell'] = async (key, caseId = CASE) => {
    const { host, port } = lab.address('driver', 'till');
    const startMs = systemClock.now();
    const response = await fetch(`http://${host}:${port}/sales`, {
      method: 'POST',
      headers: {
        'idempotency-key': key,
        traceparent: newTraceparent(caseId, random),
        'content-type': 'application/json',
      },
      body: JSON.stringify({ amount: 5 }),
    }).catch(() => undefined);
    const text = await response?.text().catch(() => undefined);
    return { status: text === undefined ? 0 : (response?.status ?? 0), tookMs: systemClock.now() - startMs };
  };
  const plan: TinyLab['plan'] = async (spec) =>
    faultsOf(lab, feed, CASE, await planFaults([spec], lab.topology, { runtime: lab.descriptor.runtime }));

  return {
    lab,
    sell,
    plan,
    async booked(key) {
      const rows = await lab.probe<{ key: string }>({ service: 'book', path: '/ledger' });
      return rows.filter((row) => row.key === key).length;
    },
    async withFault(spec, during) {
      const faults = await plan(spec);
      await faults.inject();
      try {
        await during();
      } finally {
        await faults.heal();
      }
      const [evidence] = await faults.evidence();
      expect(await findUnhealed(lab)).toEqual([]);
      expect((await sell(`after-${random.hex(8)}`)).status).toBe(201);
      return evidence?.hits ?? 0;
    },
    async close() {
      await feed.close();
      await takeDownLab(lab);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
