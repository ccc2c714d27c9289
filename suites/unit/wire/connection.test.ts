/** Connections through the wire: half-close, resets, refusals, back-pressure, edges taken down and up. */
import { createServer as createHttpServer } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { systemClock, waitFor } from '../../../harness/core/index.ts';
import { EDGE, freePort, rawCaller, startRig } from './rig.ts';

const STEP = 5 * 1024 * 1024;

/** Bytes of buffers that are still in use, garbage excepted. */
function liveBufferBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().arrayBuffers;
}

describe('ends', () => {
  for (const protocol of ['tcp', 'http'] as const) {
    test(`${protocol}: a half-closed caller still gets what the callee sends`, async () => {
      await using rig = await startRig({
        protocol,
        tcp(socket) {
          socket.on('data', () => undefined);
          socket.on('end', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate'));
        },
      });
      const caller = await rawCaller(rig.port);
      caller.socket.end('GET / HTTP/1.1\r\n\r\n');
      expect(await caller.until((text) => text.endsWith('late'))).toContain('200 OK');
      expect(await caller.gone()).toBe('end');
    });

    test(`${protocol}: a callee that half-closes still gets what the caller sends`, async () => {
      let got = '';
      await using rig = await startRig({
        protocol,
        tcp(socket) {
          socket.end('HTTP/1.1 200 OK\r\n\r\nbye');
          socket.on('data', (bytes) => {
            got += bytes;
          });
        },
      });
      const caller = await rawCaller(rig.port);
      await caller.until((text) => text.endsWith('bye'));
      caller.socket.end('words after the end');
      await waitFor(() => got === 'words after the end' || undefined, { what: 'the words', deadlineMs: 2_000 });
    });

    test(`${protocol}: a reset by the callee is a reset for the caller`, async () => {
      await using rig = await startRig({
        protocol,
        tcp: (socket) => socket.on('data', () => socket.resetAndDestroy()),
      });
      const caller = await rawCaller(rig.port);
      caller.send('GET / HTTP/1.1\r\n\r\n');
      expect(await caller.gone()).toBe('reset');
      const connections = await rig.records('connection', 2);
      expect(connections).toMatchObject([
        { event: 'open' },
        { event: 'reset', by: 'callee', bytesIn: 18, bytesOut: 0 },
      ]);
    });

    test(`${protocol}: a reset by the caller is a reset for the callee`, async () => {
      let seen = '';
      await using rig = await startRig({
        protocol,
        tcp: (socket) => socket.on('data', () => undefined).on('error', (error) => (seen = error.message)),
      });
      const caller = await rawCaller(rig.port);
      caller.send('GET / HTTP/1.1\r\n\r\n');
      await rig.records('connection', 1);
      caller.socket.resetAndDestroy();
      await waitFor(() => seen || undefined, { what: 'the reset', deadlineMs: 2_000 });
      expect(seen).toContain('ECONNRESET');
    });
  }

  test('a caller that times out while the callee works is recorded as gave-up with its time', async () => {
    await using rig = await startRig({ http: () => undefined });
    const caller = await rawCaller(rig.port);
    caller.send('GET /slow HTTP/1.1\r\nhost: o\r\n\r\n');
    await waitFor(async () => (await rig.wire.open())[0], { what: 'the open exchange', deadlineMs: 2_000 });
    const closedAt = systemClock.now();
    caller.socket.destroy();
    const [exchange] = await rig.exchanges(1);
    expect(exchange).toMatchObject({ operation: 'GET /slow', outcome: 'gave-up', forwarded: true });
    expect(exchange?.endAt).toBeGreaterThanOrEqual(closedAt);
    expect(exchange?.endAt).toBeLessThanOrEqual(systemClock.now());
  });

  test('a caller that goes while its reply streams gave up', async () => {
    await using rig = await startRig({ http: (_, response) => void response.write('some') });
    const caller = await rawCaller(rig.port);
    caller.send('GET /stream HTTP/1.1\r\nhost: o\r\n\r\n');
    await caller.until((text) => text.includes('some'));
    caller.socket.destroy();
    expect(await rig.exchanges(1)).toMatchObject([{ outcome: 'gave-up' }]);
  });
});

describe('a callee that cannot be reached', () => {
  test('refused: the caller is reset, the request it tried is recorded', async () => {
    await using rig = await startRig({ upstreamPort: await freePort() });
    await expect(fetch(`${rig.url}/a`)).rejects.toThrow();
    expect(await rig.exchanges(1)).toMatchObject([{ operation: 'GET /a', outcome: 'refused', forwarded: false }]);
    expect(await rig.records('connection', 2)).toMatchObject([{ event: 'open' }, { event: 'refused', by: 'callee' }]);
  });

  test('refused without any request: the caller is let go all the same', async () => {
    await using rig = await startRig({ upstreamPort: await freePort() });
    const caller = await rawCaller(rig.port);
    expect(await caller.gone()).toBe('reset');
    expect((await rig.wire.records()).records.map(({ type }) => type)).toEqual(['connection', 'connection']);
  });

  test('accepted and closed at once, as Toxiproxy does for a dead callee: the request is recorded as reset', async () => {
    await using rig = await startRig({ tcp: (socket) => socket.destroy() });
    await expect(fetch(`${rig.url}/a`)).rejects.toThrow();
    expect(await rig.exchanges(1)).toMatchObject([{ operation: 'GET /a', outcome: 'reset' }]);
  });

  test('a keep-alive connection that the callee closed: a request that comes too late is a reset', async () => {
    await using rig = await startRig({
      tcp: (socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')),
    });
    const caller = await rawCaller(rig.port);
    caller.send('GET /a HTTP/1.1\r\n\r\n');
    expect(await caller.gone()).toBe('end');
    caller.send('GET /b HTTP/1.1\r\n\r\n');
    expect(await rig.exchanges(2)).toMatchObject([
      { operation: 'GET /a', outcome: 'answered' },
      { operation: 'GET /b', outcome: 'reset', forwarded: false },
    ]);
  });
});

describe('an edge', () => {
  test('taken down refuses callers and resets its connections; up again it serves', async () => {
    await using rig = await startRig({
      http: (request, response) => void (request.url === '/ok' && response.end('ok')),
    });
    const caller = await rawCaller(rig.port);
    caller.send('GET /hangs HTTP/1.1\r\nhost: o\r\n\r\n');
    await waitFor(async () => (await rig.wire.open())[0], { what: 'the open exchange', deadlineMs: 2_000 });
    await rig.wire.setEdge(EDGE, 'down');
    expect(await caller.gone()).toBe('reset');
    expect(await rig.exchanges(1)).toMatchObject([{ outcome: 'reset', operation: 'GET /hangs' }]);
    expect(await rig.wire.open()).toEqual([]);
    await expect(rawCaller(rig.port)).rejects.toThrow('ECONNREFUSED');
    await rig.wire.setEdge(EDGE, 'down');
    await rig.wire.setEdge(EDGE, 'up');
    await rig.wire.setEdge(EDGE, 'up');
    expect(await (await fetch(`${rig.url}/ok`)).text()).toBe('ok');
    await expect(rig.wire.setEdge('gateway->ordr', 'down')).rejects.toMatchObject({
      code: 'unknown-name',
      hint: 'Did you mean gateway->order?',
    });
  });
});

describe('bytes', () => {
  test('50 MB each way pass a slow reader without being kept in memory', async () => {
    const size = 50 * 1024 * 1024;
    let uploaded = 0;
    const callee = createHttpServer((request, response) => {
      request.on('data', (bytes: Buffer) => {
        uploaded += bytes.length;
      });
      request.on('end', () => response.writeHead(200, { 'content-length': size }).end(Buffer.alloc(size)));
    });
    await new Promise<void>((resolve) => callee.listen(0, '127.0.0.1', resolve));
    await using rig = await startRig({ upstreamPort: (callee.address() as { port: number }).port });
    const before = liveBufferBytes();
    const caller = await rawCaller(rig.port);
    caller.socket.removeAllListeners('data');
    let got = 0;
    let [samples, largest] = [0, 0];
    caller.socket.on('data', (bytes) => {
      got += bytes.length;
      if (got / STEP > samples) {
        samples = Math.ceil(got / STEP);
        largest = Math.max(largest, liveBufferBytes());
      }
      // A reader that stops after every piece, so that the wire's own buffers would fill.
      caller.socket.pause();
      setImmediate(() => caller.socket.resume());
    });
    caller.socket.write(`POST /up HTTP/1.1\r\nhost: o\r\ncontent-length: ${size}\r\n\r\n`);
    caller.socket.write(Buffer.alloc(size));
    await waitFor(() => got > size || undefined, { what: '50 MB', deadlineMs: 20_000 });
    expect(uploaded).toBe(size);
    // The two bodies of the test itself are 100 MB; the wire may add a few.
    expect(largest - before).toBeLessThan(2 * size + 10 * 1024 * 1024);
    const [exchange] = await rig.exchanges(1);
    expect(exchange?.requestBytes).toBeGreaterThan(size);
    caller.socket.destroy();
    callee.close();
  });

  test('a reply the caller does not read stops the callee instead of filling the wire', async () => {
    let written = 0;
    await using rig = await startRig({
      protocol: 'tcp',
      tcp(socket) {
        const piece = Buffer.alloc(64 * 1024);
        const more = () => {
          while (written < 200 * 1024 * 1024) {
            written += piece.length;
            if (!socket.write(piece)) return;
          }
        };
        socket.on('drain', more);
        more();
      },
    });
    const caller = await rawCaller(rig.port);
    caller.socket.pause();
    let last = -1;
    await waitFor(
      () => {
        const still = last === written;
        last = written;
        return still || undefined;
      },
      { what: 'the callee to be stopped', deadlineMs: 5_000, everyMs: 150 },
    );
    expect(written).toBeLessThan(40 * 1024 * 1024);
    caller.socket.destroy();
  });

  test('after 101 the stream is opaque and flows both ways', async () => {
    await using rig = await startRig({
      tcp(socket) {
        socket.once('data', () => {
          socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\nfirst ');
          socket.on('data', (bytes) => socket.write(bytes));
        });
      },
    });
    await rig.arm({ do: 'status', status: 500 }, { operation: 'GET /other' });
    const caller = await rawCaller(rig.port);
    caller.send('GET /up HTTP/1.1\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n');
    await caller.until((text) => text.endsWith('first '));
    caller.send('GET /other HTTP/1.1\r\n\r\n');
    await caller.until((text) => text.endsWith('first GET /other HTTP/1.1\r\n\r\n'));
    expect(await rig.exchanges(1)).toMatchObject([{ operation: 'GET /up', outcome: 'answered', status: 101 }]);
  });
});
