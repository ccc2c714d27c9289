/** A real lab of a topology made for a test: one fault at a time, and the lab as before after each. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { FaultSpec, Lab, Service, Topology } from '../../../harness/core/index.ts';
import { faultsOf, findUnhealed, openFeed, planFaults } from '../../../harness/experiment/index.ts';
import { bootLab, takeDownLab } from '../../../harness/runtime/index.ts';
import { ensureTools, toolsFor } from '../../../harness/setup/index.ts';

/** Case of the faults that are scoped, and of the traffic they are to hit. */
export const CASE = '00000000000000aa';

/** Does nothing: the test does what it would do, at the addresses it was given. */
export const APP: Service = {
  command: ['$' + '{node}', '-e', `require('node:http').createServer((_, r) => r.end('[]')).listen(process.env.PORT)`],
  env: { PORT: '$' + '{port}' },
  ready: { http: '/' },
};

export interface LabInTest {
  readonly lab: Lab;
  /** Injects, lets `during` look, heals; gives the hits. The lab must be as before afterwards. */
  withFault(spec: FaultSpec, during: () => Promise<void>): Promise<number>;
  /** Injects and takes back at once, twice. */
  interrupt(spec: FaultSpec): Promise<void>;
  close(): Promise<void>;
}

export async function labInTest(topology: Topology): Promise<LabInTest> {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-faults-'));
  const tools = await ensureTools(toolsFor(topology), () => undefined);
  const lab = await bootLab({ topology, tools, folder });
  const feed = await openFeed(lab);
  const plan = async (spec: FaultSpec) => faultsOf(lab, feed, CASE, await planFaults([spec], topology));
  return {
    lab,
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
      return evidence?.hits ?? 0;
    },
    async interrupt(spec) {
      const faults = await plan(spec);
      await faults.inject();
      await faults.heal();
      await faults.heal();
      expect(await findUnhealed(lab)).toEqual([]);
    },
    async close() {
      await feed.close();
      await takeDownLab(lab);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
