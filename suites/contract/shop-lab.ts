/** The lab of the contract suite: the one that FAULTLINE_LAB names, or one of its own that it takes down again. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import topology from '../../fixtures/topologies/shop.ts';
import type { Lab } from '../../harness/core/index.ts';
import { attachLab, bootLab, readDescriptor, takeDownLab } from '../../harness/runtime/index.ts';
import { ensureTools } from '../../harness/setup/index.ts';

export async function shopLab(): Promise<{ readonly lab: Lab; readonly letGo: () => Promise<void> }> {
  const descriptor = process.env.FAULTLINE_LAB;
  if (descriptor) {
    const lab = attachLab(await readDescriptor(descriptor));
    return { lab, letGo: () => lab.detach() };
  }
  const folder = await mkdtemp(join(tmpdir(), 'faultline-contract-suite-'));
  const tools = await ensureTools(['node', 'java', 'kafka', 'postgres', 'redis', 'toxiproxy'], () => undefined);
  const lab = await bootLab({ topology, tools, folder });
  return {
    lab,
    letGo: async () => {
      await takeDownLab(lab);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
