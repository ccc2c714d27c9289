/** What a process holds is read from the kernel: memory of its own, files, connections. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { usageMeter } from '../../../harness/runtime/usage.ts';

const SCRIPT = `
  const { openSync } = require('node:fs');
  const { createServer, connect } = require('node:net');
  const held = [];
  const acts = {
    memory: () => held.push(Buffer.alloc(32 * 1024 * 1024, 1)),
    files: () => { for (let count = 0; count < 20; count++) held.push(openSync(process.execPath)); },
    connection: () => new Promise((resolve) => {
      const server = createServer((socket) => held.push(socket)).listen(0, '127.0.0.1', () =>
        held.push(connect(server.address().port, '127.0.0.1', resolve)));
    }),
  };
  process.stdin.on('data', async (what) => { await acts[String(what).trim()](); process.stdout.write('done'); });
  process.stdout.write('ready');
`;

const child = spawn(process.execPath, ['-e', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
afterEach(() => void child.kill());

test('what is taken shows, each in its own figure', async () => {
  await once(child.stdout, 'data');
  const look = () => usageMeter()(child.pid ?? 0) ?? { memoryBytes: 0 };
  const after = async (what: string) => {
    child.stdin.write(what);
    await once(child.stdout, 'data');
    return look();
  };
  const before = look();
  expect(before.memoryBytes).toBeGreaterThan(5_000_000);
  expect((await after('memory')).memoryBytes - before.memoryBytes).toBeGreaterThan(30_000_000);
  const files = await after('files');
  expect((files.descriptors ?? 0) - (before.descriptors ?? 0)).toBe(20);
  // Both ends are its own.
  expect((await after('connection')).connections).toBe(2);
  expect(usageMeter()(2 ** 30)).toBeUndefined();
});
