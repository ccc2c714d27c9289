/** A lab of the shop, by default the small one, for a benchmark; taken down with everything it wrote when the benchmark is over. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import small from '../../fixtures/topologies/shop-small.ts';
import type { Lab, Topology } from '../../harness/core/index.ts';
import { bootLab, takeDownLab } from '../../harness/runtime/index.ts';
import { ensureTools, type ToolName, toolsFor } from '../../harness/setup/index.ts';

/** What the small shop stands on. */
export const SHOP_TOOLS: readonly ToolName[] = toolsFor(small);

export interface ShopLab extends AsyncDisposable {
  readonly lab: Lab;
  /** For what the benchmark writes. */
  readonly folder: string;
}

export async function shopLab(topology: Topology = small): Promise<ShopLab> {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-bench-'));
  const removed = () => rm(folder, { recursive: true, force: true });
  try {
    const tools = await ensureTools(toolsFor(topology), () => undefined);
    const lab = await bootLab({ topology, tools, folder });
    return {
      lab,
      folder,
      async [Symbol.asyncDispose]() {
        await takeDownLab(lab);
        await removed();
      },
    };
  } catch (error) {
    await removed();
    throw error;
  }
}
