/** Parts under pressure of the engine: cut off the network, short of processor, short of memory; felt, counted, and taken off again. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type FaultSpec, type Lab, type Service, systemClock, waitFor } from '../../harness/core/index.ts';
import { faultsOf, findUnhealed, openFeed, planFaults, rebuild } from '../../harness/experiment/index.ts';
import { engineAt } from '../../harness/runtime/containers/engine.ts';
import { bootOutsideWorld, containers, knock, withEngine } from './engine-in-test.ts';

const CASE = '00000000000000bb';

/** Takes as much memory as it is asked for, and writes on it. */
const hungry: Service = {
  command: [
    `\${node}`,
    '-e',
    `const held = [];
     require('node:http').createServer((request, reply) => {
       if (request.url === '/eat') held.push(Buffer.alloc(300e6, 1));
       reply.end();
     }).listen(process.env.PORT, '0.0.0.0');`,
  ],
  env: { PORT: `\${port}` },
  ready: { http: '/' },
};

/** Injects, lets `during` look, heals; gives hits and how they were counted. The lab must be whole afterwards. */
async function withFault(lab: Lab, spec: FaultSpec, during: () => Promise<void>) {
  const feed = await openFeed(lab);
  onTestFinished(() => feed.close());
  const { topology, descriptor } = lab;
  const faults = faultsOf(lab, feed, CASE, await planFaults([spec], topology, { runtime: descriptor.runtime }));
  await faults.inject();
  await during().finally(() => faults.heal());
  expect(await findUnhealed(lab)).toEqual([]);
  const [evidence] = await faults.evidence();
  return evidence ?? { hits: 0, countedBy: '' };
}

async function addressOf(lab: Lab, part: string): Promise<string | undefined> {
  const path = `/containers/faultline-${lab.descriptor.run}-${part}/json`;
  const { NetworkSettings } = await engineAt(containers().engine).call<{
    readonly NetworkSettings: { readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>> };
  }>('GET', path);
  return Object.values(NetworkSettings.Networks)[0]?.IPAddress;
}

/** A connection that is kept open: every call is one more request on it. */
function keptOpen(lab: Lab, callee: string): { ask(): Promise<string>; readonly socket: Socket } {
  const { host, port } = lab.address('driver', callee);
  const socket = connect(port, host).setEncoding('utf8');
  onTestFinished(() => void socket.destroy());
  return {
    socket,
    async ask() {
      socket.write('GET /ledger HTTP/1.1\r\nhost: lab\r\n\r\n');
      const [text] = (await once(socket, 'data')) as [string];
      return text.split('\r\n')[0] ?? '';
    },
  };
}

withEngine('parts under pressure', () => {
  test('a part without its network is reached by nobody, and comes back under its address with its connections', async () => {
    const lab = await bootOutsideWorld();
    const kept = keptOpen(lab, 'psp');
    expect(await kept.ask()).toContain('200');
    const address = await addressOf(lab, 'psp');
    const { hits, countedBy } = await withFault(lab, { fault: 'partition', target: 'psp' }, async () => {
      expect(await addressOf(lab, 'psp')).toBeUndefined();
      expect(await findUnhealed(lab)).toEqual(['psp is still pressed on network']);
      expect(await knock(lab, 'psp')).toBeUndefined();
      expect(await knock(lab, 'carrier')).toBe(200);
      await expect(lab.parts.press('psp', { on: 'network', how: 'disconnect' })).rejects.toThrow('it is already');
    });
    expect(hits).toBeGreaterThan(0);
    expect(countedBy).toContain('at the wire');
    expect(await addressOf(lab, 'psp')).toBe(address);
    expect(await knock(lab, 'psp')).toBe(200);
    expect(await lab.probe({ service: 'psp', path: '/ledger' })).toEqual([]);
    expect(await kept.ask()).toContain('200');
  });

  test('packets are dropped where that is permitted, and counted by the kernel', async () => {
    const lab = await bootOutsideWorld();
    const kept = keptOpen(lab, 'psp');
    expect(await kept.ask()).toContain('200');
    const { hits, countedBy } = await withFault(
      lab,
      { fault: 'partition', target: 'psp', options: { how: 'drop' } },
      async () => {
        expect(await knock(lab, 'psp')).toBeUndefined();
        expect(await knock(lab, 'carrier')).toBe(200);
      },
    );
    expect(hits).toBeGreaterThan(0);
    expect(countedBy).toContain('thrown away');
    expect(await knock(lab, 'psp')).toBe(200);
    expect(await kept.ask()).toContain('200');
  });

  test('a part short of processor takes longer, by periods in which it wanted more', async () => {
    const lab = await bootOutsideWorld();
    const { hits } = await withFault(lab, { fault: 'cpu-limit', target: 'psp', options: { cpus: 0.02 } }, async () => {
      for (let call = 0; call < 20; call++) await knock(lab, 'psp');
    });
    expect(hits).toBeGreaterThan(0);
    const fromMs = systemClock.now();
    expect(await knock(lab, 'psp')).toBe(200);
    expect(systemClock.now() - fromMs).toBeLessThan(1_000);
  });

  test('a part that wants more memory than it may have is ended, and the heal starts it again', async () => {
    const lab = await bootOutsideWorld({ hungry });
    const door = `http://127.0.0.1:${lab.descriptor.parts.find(({ name }) => name === 'hungry')?.port}`;
    const spec = { fault: 'memory-limit', target: 'hungry', options: { mebibytes: 128 } };
    const { hits } = await withFault(lab, spec, async () => {
      await expect(fetch(`${door}/eat`)).rejects.toThrow();
      await waitFor(async () => ((await findUnhealed(lab)).includes('hungry is exited') ? true : undefined), {
        what: 'its end to be seen',
        deadlineMs: 5_000,
      });
    });
    expect(hits).toBeGreaterThan(0);
    expect((await fetch(`${door}/eat`)).status).toBe(200);
  });

  test('what somebody left on is found and taken off', async () => {
    const lab = await bootOutsideWorld();
    await lab.parts.press('psp', { on: 'network', how: 'disconnect' });
    await lab.parts.press('carrier', { on: 'cpu', cpus: 0.05 });
    expect(await findUnhealed(lab)).toEqual(['psp is still pressed on network', 'carrier is still pressed on cpu']);
    await lab.parts.kill('psp');
    await expect(lab.parts.start('psp')).rejects.toThrow('cut off the network');
    await rebuild(lab);
    expect(await findUnhealed(lab)).toEqual([]);
    expect(await knock(lab, 'psp')).toBe(200);
  });
});
