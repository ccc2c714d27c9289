/** What the runtime's tests share: labs in folders of their own, and ways to see that nothing of them is left. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { type Lab, type LabDescriptor, type Topology, waitFor } from '../../../harness/core/index.ts';
import { bootLab, takeDownLab } from '../../../harness/runtime/index.ts';
import { labsFolder } from '../../../harness/runtime/labs-folder.ts';
import { markedProcesses } from '../../../harness/runtime/process-table.ts';
import { readSockets, socketInodesOf } from '../../../harness/runtime/sockets.ts';
import type { ToolName } from '../../../harness/setup/index.ts';
import { loadTopology } from '../../../harness/topology/index.ts';
import { tools } from './tools-in-test.ts';

// Booting real parts takes its time where the machine has other work.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

export { tools };

/** A folder that is removed when the test ends. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Boots, and takes down when the test ends. */
export async function bootForTest(topology: Topology, wanted?: readonly ToolName[]): Promise<Lab> {
  const folder = ownFolder();
  const lab = await bootLab({ topology, tools: await tools(wanted), folder });
  onTestFinished(() => takeDownLab(lab));
  return lab;
}

export const bootTiny = async () => bootForTest(await loadTopology('tiny'));

/** The tiny topology with something else in it. */
export async function tinyWith(change: Partial<Topology>): Promise<Topology> {
  return { ...(await loadTopology('tiny')), ...change };
}

/** Sells through the front door; undefined where it was refused or cut. */
export async function sell(lab: Lab, key: string, amount = 100): Promise<number | undefined> {
  const { host, port } = lab.address('driver', 'till');
  const headers = { 'idempotency-key': key, 'content-type': 'application/json' };
  const body = JSON.stringify({ amount });
  const reply = await fetch(`http://${host}:${port}/sales`, { method: 'POST', headers, body }).catch(() => undefined);
  await reply?.text();
  return reply?.status;
}

/** Processes of the lab that are there now, its warden not among them. */
export function childrenOf(run: string): number[] {
  return markedProcesses(`FAULTLINE_RUN=${run}`, []).map(({ pid }) => pid);
}

/** Waits until no process, journal, folder or listener of the lab is left. */
export async function expectGone(descriptor: LabDescriptor): Promise<void> {
  const { run, edges, parts } = descriptor;
  await waitFor(() => (traces(run).length === 0 ? true : undefined), {
    what: `the traces of lab ${run} to go`,
    deadlineMs: 20_000,
    lastSeen: () => traces(run).join(', '),
  });
  const ports = [
    ...edges.flatMap(({ wirePort, toxiproxyPort }) => [wirePort, toxiproxyPort]),
    ...parts.map(({ port }) => port),
    Number(new URL(descriptor.wardenUrl).port),
  ];
  for (const port of ports) expect((await canListen(port)) || !isHeldBy(port, run), `port ${port}`).toBe(true);
}

/** Another lab may have been given the port meanwhile: so who listens there is looked at. */
function isHeldBy(port: number, run: string): boolean {
  const inodes = readSockets().flatMap(({ state, localPort, inode }) =>
    state === 'listen' && localPort === port ? [inode] : [],
  );
  const marked = ['FAULTLINE_RUN', 'FAULTLINE_WARDEN'].flatMap((name) => markedProcesses(`${name}=${run}`, []));
  return marked.some(({ pid }) => socketInodesOf(pid).some((inode) => inodes.includes(inode)));
}

/** Everything that carries the id of a run. */
export function traces(run: string): string[] {
  const files = [labsFolder(), '/dev/shm', tmpdir()].flatMap((folder) =>
    readdirSync(folder).map((name) => join(folder, name)),
  );
  return [...childrenOf(run).map((pid) => `process ${pid}`), ...files.filter((file) => file.includes(run))];
}

export function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
