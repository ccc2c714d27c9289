/** Parts that are containers do what parts do: each action shows its effect, and addresses outlive restarts. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { HarnessError, type Service, waitFor } from '../../harness/core/index.ts';
import { findBypasses } from '../../harness/runtime/index.ts';
import { bootOutsideWorld, knock, withEngine } from './engine-in-test.ts';
import { CARRIER_PORT } from './outside-world.ts';

/** Holds a connection to the carrier's own port. */
const sneak: Service = {
  command: [
    `\${node}`,
    '-e',
    `require('node:http').createServer((_, reply) => reply.end()).listen(process.env.PORT);
     const dial = () => require('node:net').connect(${CARRIER_PORT}, 'carrier').on('error', () => setTimeout(dial, 100));
     dial();`,
  ],
  env: { PORT: `\${port}` },
  ready: { http: '/' },
};

function dialled(host: string, port: number): Promise<Socket> {
  const caller = connect({ host, port });
  return once(caller, 'connect').then(() => caller);
}

withEngine('parts as containers', () => {
  test('kill, start, pause, resume, stop and restart act on the container, at the same address', async () => {
    const lab = await bootOutsideWorld();
    const stateOf = async (part: string) => (await lab.parts.list()).find(({ name }) => name === part)?.state;
    expect(await knock(lab, 'psp')).toBe(200);
    expect(await lab.probe({ service: 'psp', path: '/ledger' })).toEqual([]);
    expect(await findBypasses(lab)).toEqual([]);

    expect((await lab.parts.kill('psp')).state).toBe('killed');
    expect(await knock(lab, 'psp')).toBeUndefined();
    expect(await knock(lab, 'carrier')).toBe(200);
    expect((await lab.parts.start('psp')).state).toBe('running');
    expect(await knock(lab, 'psp')).toBe(200);

    expect((await lab.parts.pause('psp')).state).toBe('paused');
    const late = knock(lab, 'psp');
    expect((await lab.parts.resume('psp')).state).toBe('running');
    expect(await late).toBe(200);

    expect((await lab.parts.stop('carrier')).state).toBe('stopped');
    expect((await lab.parts.restart('carrier', { EXTRA: '1' })).restarts).toBe(1);
    expect(await knock(lab, 'carrier')).toBe(200);
    expect(await stateOf('carrier')).toBe('running');

    expect((await lab.parts.kill('toxiproxy')).state).toBe('killed');
    expect(await knock(lab, 'psp')).toBeUndefined();
    await lab.parts.start('toxiproxy');
    expect(await knock(lab, 'psp')).toBe(200);
    await expect(lab.parts.kill('nobody')).rejects.toBeInstanceOf(HarnessError);
  });

  test('what happened and what was logged is told', async () => {
    const lab = await bootOutsideWorld();
    const { next } = await lab.parts.events(0);
    await lab.parts.restart('psp');
    const { records } = await lab.parts.events(next);
    const told = records.flatMap((record) => (record.type === 'process' ? [`${record.part} ${record.event}`] : []));
    expect(told).toEqual(['psp killed', 'psp started', 'psp ready']);
    const lines = await waitFor(
      async () => {
        const tail = await lab.parts.logTail('wire', 5);
        return tail.length > 0 ? tail : undefined;
      },
      { what: 'the log of the wire', deadlineMs: 3_000 },
    );
    expect(lines.join('\n')).toContain('"ready":true');
  });

  test('what a part holds is told: memory by the engine, files and connections by the kernel', async () => {
    const lab = await bootOutsideWorld();
    const heldBy = async (wanted: string) => (await lab.parts.usage()).find(({ part }) => part === wanted);
    const before = await heldBy('psp');
    expect(before?.memoryBytes).toBeGreaterThan(5_000_000);
    // Absent where the engine runs elsewhere: then there is nothing more to be seen.
    if (before?.descriptors === undefined) return;
    expect(before.descriptors).toBeGreaterThan(5);
    const { host, port } = lab.address('driver', 'psp');
    const callers = await Promise.all(Array.from({ length: 10 }, () => dialled(host, port)));
    await expect
      .poll(async () => (await heldBy('psp'))?.connections ?? 0, { timeout: 10_000 })
      .toBeGreaterThanOrEqual(10);
    expect((await heldBy('psp'))?.descriptors).toBeGreaterThanOrEqual(before.descriptors + 10);
    for (const caller of callers) caller.destroy();
    await lab.parts.kill('psp');
    expect(await heldBy('psp')).toBeUndefined();
    await lab.parts.start('psp');
  });

  test('a service that dials another past the wire is found', async () => {
    const lab = await bootOutsideWorld({ sneak });
    const found = await waitFor(
      async () => {
        const bypasses = await findBypasses(lab);
        return bypasses.length > 0 ? bypasses : undefined;
      },
      { what: 'the bypass to be seen', deadlineMs: 5_000 },
    );
    expect(found).toMatchObject([{ service: 'sneak', to: 'carrier' }]);
  });
});
