/** What is kept back on a connection keeps its order, its bytes and its bounds. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { LIMITS, waitFor } from '../../../../harness/core/index.ts';
import { EDGE, rawCaller, startRig } from '../rig.ts';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: o\r\n\r\n`;
const echo = (request: IncomingMessage, response: ServerResponse) => {
  let size = 0;
  request.on('data', (bytes: Buffer) => {
    size += bytes.length;
  });
  request.on('end', () => {
    const text = `[${request.url} ${size}]`;
    response.writeHead(200, { 'content-length': text.length }).end(text);
  });
};
const bodies = (text: string) => text.match(/\[[^\]]*\]/g);

for (const at of ['before', 'after'] as const) {
  test(`a delay ${at} one of three pipelined requests keeps the replies in order`, async () => {
    await using rig = await startRig({ http: echo });
    await rig.arm({ do: 'delay', delayMs: 60, at }, { operation: 'GET /b' });
    const caller = await rawCaller(rig.port);
    caller.send(get('/a') + get('/b') + get('/c'));
    await caller.until((text) => text.endsWith('[/c 0]'));
    expect(bodies(caller.text)).toEqual(['[/a 0]', '[/b 0]', '[/c 0]']);
    const exchanges = await rig.exchanges(3);
    expect(exchanges.map(({ operation, fault }) => [operation, fault])).toEqual([
      ['GET /a', undefined],
      ['GET /b', 'rule'],
      ['GET /c', undefined],
    ]);
  });
}

test('a rule armed while a reply streams acts on the next exchange only', async () => {
  let finish: () => void = () => undefined;
  await using rig = await startRig({
    http(request, response) {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.write(`[${request.url}`);
      finish = () => response.end(' done]');
    },
  });
  const caller = await rawCaller(rig.port);
  caller.send(get('/a'));
  await caller.until((text) => text.includes('[/a'));
  await rig.arm({ do: 'status', status: 503, body: '[no]' });
  finish();
  await caller.until((text) => text.endsWith('0\r\n\r\n'));
  caller.send(get('/b'));
  await caller.until((text) => text.endsWith('[no]'));
  expect((await rig.exchanges(2)).map(({ status, fault }) => [status, fault])).toEqual([
    [200, undefined],
    [503, 'rule'],
  ]);
});

test('a large upload behind a hold is stopped at the bound and arrives whole after the release', async () => {
  await using rig = await startRig({ http: echo });
  await rig.arm({ do: 'hold' });
  const caller = await rawCaller(rig.port);
  const size = 48 * 1024 * 1024;
  caller.send(`POST /up HTTP/1.1\r\nhost: o\r\ncontent-length: ${size}\r\n\r\n`);
  caller.socket.write(Buffer.alloc(size));
  const held = await rig.wire.nextHeld('rule', 2_000);
  let last = -1;
  await waitFor(
    () => {
      const still = last === caller.socket.bytesWritten - caller.socket.writableLength;
      last = caller.socket.bytesWritten - caller.socket.writableLength;
      return still || undefined;
    },
    { what: 'the upload to be stopped', deadlineMs: 5_000, everyMs: 150 },
  );
  expect(caller.socket.writableLength).toBeGreaterThan(size / 2);
  await rig.wire.release(held.token, 'forward');
  await caller.until((text) => text.endsWith(`[/up ${size}]`));
});

test('a request too large to be kept is sent once and counts as no hit', async () => {
  await using rig = await startRig({ http: echo });
  await rig.arm({ do: 'twice' });
  const size = LIMITS.wireTwinBytes + 1;
  const caller = await rawCaller(rig.port);
  caller.send(`POST /up HTTP/1.1\r\nhost: o\r\ncontent-length: ${size}\r\n\r\n${'x'.repeat(size)}`);
  await caller.until((text) => text.endsWith(`[/up ${size}]`));
  const [exchange] = await rig.exchanges(1);
  expect(exchange?.fault).toBeUndefined();
  expect(await rig.wire.hits('rule')).toMatchObject({ hits: 0 });
});

test('an edge taken down ends what is held on it; the callee never sees it', async () => {
  const seen: string[] = [];
  await using rig = await startRig({ http: (request) => void seen.push(request.url ?? '') });
  await rig.arm({ do: 'hold' });
  const caller = await rawCaller(rig.port);
  caller.send(get('/a'));
  const held = await rig.wire.nextHeld('rule', 2_000);
  await rig.wire.setEdge(EDGE, 'down');
  expect(await caller.gone()).toBe('reset');
  await rig.wire.release(held.token, 'forward');
  expect(await rig.exchanges(1)).toMatchObject([{ outcome: 'reset', forwarded: false, fault: 'rule' }]);
  expect(seen).toEqual([]);
});

test('a swallowed request body of a wire’s own answer leaves the connection usable', async () => {
  await using rig = await startRig({ http: echo });
  await rig.arm({ do: 'status', status: 503, body: '[no]' }, { times: 1 });
  const caller = await rawCaller(rig.port);
  caller.send('POST /a HTTP/1.1\r\nhost: o\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel');
  caller.send('lo\r\n0\r\nx-sum: 1\r\n\r\n');
  await caller.until((text) => text.endsWith('[no]'));
  caller.send(get('/b'));
  await caller.until((text) => text.endsWith('[/b 0]'));
  expect((await rig.exchanges(2))[0]).toMatchObject({ requestBytes: 82, status: 503, forwarded: false });
});
