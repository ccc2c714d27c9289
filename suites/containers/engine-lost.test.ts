/** An engine that goes while a lab stands in it: one sentence that names it, an end, and nothing left once an engine answers again. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../../harness/core/index.ts';
import { removeContainersOf, sweepByLabel } from '../../harness/runtime/containers/clean-up.ts';
import { engineAt } from '../../harness/runtime/containers/engine.ts';
import { bootLab, takeDownLab } from '../../harness/runtime/index.ts';
import { markedProcesses } from '../../harness/runtime/process-table.ts';
import { ensureTools } from '../../harness/setup/index.ts';
import { containers, withEngine } from './engine-in-test.ts';
import { outsideWorld } from './outside-world.ts';

/** Stands before the engine until it is cut: then nobody answers there. */
async function engineThatCanGo(): Promise<{ readonly address: string; cut(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-engine-'));
  const path = join(folder, 'docker.sock');
  const real = containers().engine.replace('unix://', '');
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(real);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => {}).on('close', () => open.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  server.listen(path);
  await once(server, 'listening');
  const cut = () => {
    server.close();
    for (const socket of open) socket.destroy();
    rmSync(path, { force: true });
  };
  onTestFinished(() => {
    cut();
    rmSync(folder, { recursive: true, force: true });
  });
  return { address: `unix://${path}`, cut };
}

withEngine('an engine that goes', () => {
  test('is named by everything that is asked of the lab, and what it holds is swept once it answers again', async () => {
    const real = containers();
    const engine = await engineThatCanGo();
    const folder = mkdtempSync(join(tmpdir(), 'faultline-containers-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const tools = await ensureTools(['node'], () => {});
    const choice = { ...real, engine: engine.address };
    const lab = await bootLab({ topology: outsideWorld, tools, folder, choice });
    const { run } = lab.descriptor;
    onTestFinished(() => removeContainersOf(real.engine, run));
    expect((await lab.parts.kill('psp')).state).toBe('killed');

    engine.cut();
    const lost = { code: 'lab-lost', message: expect.stringContaining('the container engine at'), exitCode: 3 };
    await waitFor(
      () =>
        lab.parts.list().then(
          () => undefined,
          () => true,
        ),
      {
        what: 'the warden to see that its engine is gone',
        deadlineMs: 5_000,
      },
    );
    await expect(lab.parts.start('psp')).rejects.toMatchObject(lost);
    await expect(lab.parts.restart('carrier')).rejects.toMatchObject(lost);
    await takeDownLab(lab);
    expect(markedProcesses(`FAULTLINE_WARDEN=${run}`, [])).toEqual([]);

    expect(await sweepByLabel(engineAt(real.engine))).toContain(run);
    expect(await sweepByLabel(engineAt(real.engine))).not.toContain(run);
  });
});
