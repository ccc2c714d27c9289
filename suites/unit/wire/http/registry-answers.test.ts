/** A registry's answers through a real wire: the caller gets addresses of its own edges, and everything else as it was. */
import { createServer, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { WireControl } from '../../../../harness/core/index.ts';
import { rewriteAddresses } from '../../../../harness/wire/http/registry-answers.ts';
import { startWire, wireClient } from '../../../../harness/wire/index.ts';
import { freePort } from '../rig.ts';

const REGISTRY = {
  addresses: 'instances[].address',
  dial: { '127.0.0.1:4001': '127.0.0.1:65001', '127.0.0.1:4009': '127.0.0.1:65009' },
  instances: { '127.0.0.1:4001': 'one', '127.0.0.1:4009': 'nine' },
};

let control: () => WireControl;
const cleanUp: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function behindTheWire(listener: RequestListener): Promise<number> {
  const callee = createServer(listener);
  await new Promise<void>((resolve) => callee.listen(0, '127.0.0.1', resolve));
  const port = await freePort();
  const edge = { id: 'gateway->registry', caller: 'gateway', callee: 'registry', protocol: 'http' as const };
  const upstreamPort = (callee.address() as AddressInfo).port;
  const ends = { listenHost: '127.0.0.1', listenPort: port, upstreamHost: '127.0.0.1', upstreamPort };
  const wire = await startWire({ controlPort: 0, token: 't', edges: [{ ...edge, ...ends, registry: REGISTRY }] });
  control = () => wireClient(wire.url, 't');
  cleanUp.push(
    () => callee.close(),
    () => callee.closeAllConnections(),
    () => wire.close(),
  );
  return port;
}

function ask(port: number, method = 'GET', path = '/'): Promise<{ status?: number; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, method, path, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, text })).on('error', reject);
    });
    call.on('error', reject).end();
  });
}

const json =
  (value: unknown): RequestListener =>
  (_request, response) => {
    const body = JSON.stringify(value);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    // In two pieces, as a network likes it.
    response.write(body.slice(0, 10));
    response.end(body.slice(10));
  };

test('a known address becomes the one of the caller’s own edge, others stay', async () => {
  const instances = [
    { id: 'ö-1', address: '127.0.0.1:4001' },
    { id: 'o-2', address: '127.0.0.1:4002' },
  ];
  const port = await behindTheWire(json({ service: 'order', instances }));
  const { text } = await ask(port);
  expect(JSON.parse(text)).toEqual({
    service: 'order',
    instances: [
      { id: 'ö-1', address: '127.0.0.1:65001' },
      { id: 'o-2', address: '127.0.0.1:4002' },
    ],
  });
});

test('the next answer on the same connection, one without a body, and one that is no JSON pass', async () => {
  const port = await behindTheWire((call, response) => {
    if (call.method === 'HEAD')
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 9 }).end();
    else if (call.url === '/text') response.writeHead(200, { 'content-type': 'text/plain' }).end('127.0.0.1:4001');
    else if (call.url === '/nothing') response.writeHead(204).end();
    else json({ instances: [{ address: '127.0.0.1:4001' }] })(call, response);
  });
  expect(await ask(port, 'HEAD')).toEqual({ status: 200, text: '' });
  expect((await ask(port, 'GET', '/text')).text).toBe('127.0.0.1:4001');
  expect(await ask(port, 'GET', '/nothing')).toEqual({ status: 204, text: '' });
  expect((await ask(port)).text).toContain('127.0.0.1:65001');
});

test('a misdirected instance is where the fault says; the answer counts as a hit, and the next one is right again', async () => {
  const instances = [{ address: '127.0.0.1:4001' }, { address: '127.0.0.1:4009' }];
  const port = await behindTheWire(json({ instances }));
  const addresses = async () => {
    const { text } = await ask(port);
    return (JSON.parse(text) as typeof REGISTRY & { instances: { address: string }[] }).instances.map(
      (one) => one.address,
    );
  };
  const right = ['127.0.0.1:65001', '127.0.0.1:65009'];
  const arm = (instead?: string) =>
    control().arm({
      ...{ id: `to-${instead}`, edge: 'gateway->registry', trigger: { operation: 'GET /', times: 1 } },
      action: { do: 'misdirect', instance: 'one', ...(instead !== undefined && { instead }) },
    });
  await arm();
  expect(await addresses()).toEqual(['127.0.0.1:1', '127.0.0.1:65009']);
  expect(await addresses()).toEqual(right);
  await arm('nine');
  expect(await addresses()).toEqual(['127.0.0.1:65009', '127.0.0.1:65009']);
  expect(await control().disarm('to-nine')).toMatchObject({ hits: 1 });
  expect(await addresses()).toEqual(right);
  await expect(arm('two')).rejects.toMatchObject({ code: 'fault-refused', message: expect.stringContaining('"two"') });
});

test('an answer that breaks off is passed as far as it came', async () => {
  const port = await behindTheWire((_call, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
    response.write('{"instances":[');
    response.socket?.end();
  });
  await expect(ask(port)).rejects.toThrow();
});

test('addresses stand where the topology says, and nowhere else', () => {
  const change = (value: unknown, addresses: string) =>
    rewriteAddresses(JSON.stringify(value), addresses, (found) => (found === 'a:1' ? 'w:1' : undefined));
  expect(change([{ at: 'a:1' }], '[].at')).toBe('[{"at":"w:1"}]');
  expect(change({ a: { b: ['a:1', 'x:1'] } }, 'a.b[]')).toBe('{"a":{"b":["w:1","x:1"]}}');
  expect(change({ note: 'a:1' }, 'instances[].address')).toBeUndefined();
  expect(change({ instances: 'a:1' }, 'instances[].address')).toBeUndefined();
  expect(rewriteAddresses('{"instances":', 'instances[]', () => 'w:1')).toBeUndefined();
});
