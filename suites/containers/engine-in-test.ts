/** Whether containers can be had here. Where they cannot, suites are skipped with the reason; FAULTLINE_REQUIRE_ENGINE makes that red (CI). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, onTestFinished } from 'vitest';
import shop from '../../fixtures/topologies/shop-small.ts';
import { type Lab, messageOf, type Topology } from '../../harness/core/index.ts';
import { bootLab, chooseRuntime, type RuntimeChoice, takeDownLab } from '../../harness/runtime/index.ts';
import { ensureTools } from '../../harness/setup/index.ts';
import { outsideWorld } from './outside-world.ts';

const chosen = await chooseRuntime('containers', shop).catch((thrown: Error & { hint?: string }) => thrown);

/** Why there are no containers here; undefined where there are. */
const whyNot = chosen instanceof Error ? [messageOf(chosen), chosen.hint].filter(Boolean).join(' — ') : undefined;
if (whyNot !== undefined && process.env.FAULTLINE_REQUIRE_ENGINE) throw new Error(whyNot);

/** A suite that needs an engine. */
export function withEngine(name: string, suite: () => void): void {
  describe.skipIf(whyNot !== undefined)(whyNot === undefined ? name : `${name} (skipped: ${whyNot})`, suite);
}

export function containers(): RuntimeChoice & { readonly runtime: 'containers' } {
  if (chosen instanceof Error || chosen.runtime !== 'containers') throw new Error('no containers here');
  return chosen;
}

/** Boots the outside world in containers, and takes it down when the test ends. */
export async function bootOutsideWorld(more: Topology['services'] = {}): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-containers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const tools = await ensureTools(['node'], () => {});
  const topology = { ...outsideWorld, services: { ...outsideWorld.services, ...more } };
  const lab = await bootLab({ topology, tools, folder, choice: containers() });
  onTestFinished(() => takeDownLab(lab));
  return lab;
}

/** Asks the door of a service through wire and Toxiproxy; the status, or undefined where the call was cut. */
export async function knock(lab: Lab, callee: string, path = '/ledger'): Promise<number | undefined> {
  const { host, port } = lab.address('driver', callee);
  const reply = await fetch(`http://${host}:${port}${path}`, { signal: AbortSignal.timeout(3_000) }).catch(
    () => undefined,
  );
  await reply?.text();
  return reply?.status;
}
