/** A lab with a session in it, taken down with everything it wrote. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshSeed, type Lab } from '../../harness/core/index.ts';
import { openSession, type Session } from '../../harness/experiment/index.ts';
import { bootLab, takeDownLab } from '../../harness/runtime/index.ts';
import { ensureTools, toolsFor } from '../../harness/setup/index.ts';
import { loadTopology } from '../../harness/topology/index.ts';

/** Boots the topology, does the work, and leaves nothing behind. */
export async function inLab(topologyName: string, work: (session: Session) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-full-'));
  let lab: Lab | undefined;
  try {
    const topology = await loadTopology(topologyName);
    const tools = await ensureTools(toolsFor(topology), () => undefined);
    lab = await bootLab({ topology, tools, folder });
    const session = await openSession({ lab, runFolder: folder, seed: freshSeed() });
    try {
      await work(session);
    } finally {
      await session.close();
    }
  } finally {
    if (lab) await takeDownLab(lab);
    await rm(folder, { recursive: true, force: true });
  }
}
