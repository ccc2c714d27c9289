/** The wire as its own process: configuration on stdin, ready on stdout, gone with its parent. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitFor } from '../../../harness/core/index.ts';
import { wireClient } from '../../../harness/wire/index.ts';
import { freePort, rawCaller } from './rig.ts';

const MAIN = new URL('../../../harness/wire/main.ts', import.meta.url).pathname;

function startProcess(): { child: ChildProcessWithoutNullStreams; out: () => string; err: () => string } {
  const child = spawn(process.execPath, [MAIN]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  return { child, out: () => out, err: () => err };
}

test('serves its edges until stdin closes, and has written what it saw', async () => {
  const callee = createServer((_, response) => void response.end('ok'));
  await new Promise<void>((resolve) => callee.listen(0, '127.0.0.1', resolve));
  const upstreamPort = (callee.address() as AddressInfo).port;
  const folder = await mkdtemp(join(tmpdir(), 'faultline-wire-'));
  const recordFile = join(folder, 'wire.ndjson');
  const [controlPort, listenPort] = [await freePort(), await freePort()];
  const edge = {
    id: 'a->b',
    caller: 'a',
    callee: 'b',
    protocol: 'http',
    listenHost: '127.0.0.1',
    listenPort,
    upstreamHost: '127.0.0.1',
    upstreamPort,
  };
  const { child, out, err } = startProcess();
  child.stdin.write(JSON.stringify({ controlPort, token: 't', edges: [edge], recordFile }));
  await waitFor(() => out().includes('\n') || undefined, { what: 'ready', deadlineMs: 5_000, lastSeen: err });
  expect(JSON.parse(out())).toMatchObject({ ready: true });
  expect(await (await fetch(`http://127.0.0.1:${listenPort}/a`)).text()).toBe('ok');
  const { records } = await wireClient(`http://127.0.0.1:${controlPort}`, 't').records();
  expect(records.some((record) => record.type === 'exchange' && record.operation === 'GET /a')).toBe(true);
  child.stdin.end();
  const [code] = await once(child, 'exit');
  expect([code, err()]).toEqual([0, '']);
  await expect(rawCaller(listenPort)).rejects.toThrow('ECONNREFUSED');
  expect(await readFile(recordFile, 'utf8')).toContain('"operation":"GET /a"');
  await rm(folder, { recursive: true });
  callee.close();
});

test('says in one sentence what is wrong with its configuration, and ends', async () => {
  const { child, err } = startProcess();
  child.stdin.end('{"token":');
  const [code] = await once(child, 'exit');
  expect([code, err()]).toEqual([64, 'wire: the wire got no JSON on stdin\n']);
});
