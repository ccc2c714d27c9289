/** Kept connections of a service's HTTP client, against real servers on loopback. */
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openConnections } from '../../../services-under-test/kit/connections.ts';
import { neverArrived } from '../../../services-under-test/kit/http-client.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function listening(server: Pick<Server, 'listen' | 'close' | 'address'>) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function connectionsTo(origin: string, most?: number) {
  const connections = openConnections(origin, most);
  cleanUp.push(connections.close);
  return connections;
}

/** Answers a raw text to whatever was asked, and ends the connection. */
function saying(text: string) {
  return listening(createTcpServer((socket) => socket.once('data', () => socket.end(text)).on('error', () => {})));
}

const GET = { method: 'GET', path: '/', headers: {} };

test('calls one after the other share a connection, those at once have one each up to the bound', async () => {
  const ports: (number | undefined)[] = [];
  const origin = await listening(
    createServer((request, response) => {
      ports.push(request.socket.remotePort);
      response.end('yes');
    }),
  );
  const connections = connectionsTo(origin, 2);
  for (let i = 0; i < 3; i++) expect((await connections.ask(GET)).text).toBe('yes');
  expect(new Set(ports).size).toBe(1);
  await Promise.all(Array.from({ length: 6 }, () => connections.ask(GET)));
  expect(new Set(ports).size).toBe(2);
});

test('the body of a DELETE is no next request', async () => {
  const bodies: string[] = [];
  const origin = await listening(
    createServer(async (request, response) => {
      let text = '';
      for await (const piece of request.setEncoding('utf8')) text += piece;
      bodies.push(text);
      response.end('gone');
    }),
  );
  const connections = connectionsTo(origin, 1);
  const headers = { 'content-type': 'application/json' };
  for (const body of ['{"a":"ü"}', '{"b":2}'])
    expect((await connections.ask({ method: 'DELETE', path: '/', headers, body })).status).toBe(200);
  expect(bodies).toEqual(['{"a":"ü"}', '{"b":2}']);
});

test('status, headers and body of any answer come back; the body that was asked with arrives whole', async () => {
  const origin = await listening(
    createServer(async (request, response) => {
      let text = '';
      for await (const piece of request.setEncoding('utf8')) text += piece;
      response.writeHead(418, { 'x-seen': String(request.headers['content-length']) }).end(text);
    }),
  );
  const body = `"${'ü'.repeat(50_000)}"`;
  const answer = await connectionsTo(origin).ask({ method: 'POST', path: '/', headers: { a: 'b' }, body });
  expect(answer).toMatchObject({ status: 418, text: body, headers: { 'x-seen': String(Buffer.byteLength(body)) } });
});

test('a call that is given up rejects with the reason and leaves no connection behind', async () => {
  const gone = Promise.withResolvers<void>();
  const came = new AbortController();
  const reason = new Error('not worth waiting for');
  const origin = await listening(
    createServer((request) => {
      request.socket.on('close', gone.resolve);
      came.abort(reason);
    }),
  );
  await expect(connectionsTo(origin).ask({ ...GET, signal: came.signal })).rejects.toBe(reason);
  await gone.promise;
});

test('a call that was given up before it began is not made', async () => {
  let asked = 0;
  const origin = await listening(createServer((_request, response) => response.end(String(asked++))));
  await expect(connectionsTo(origin).ask({ ...GET, signal: AbortSignal.abort() })).rejects.toThrow('abort');
  expect(asked).toBe(0);
});

test('a call ends when its time is over, and an answer in time is not disturbed by it', async () => {
  const silent = await listening(createServer(() => {}));
  await expect(connectionsTo(silent).ask({ ...GET, withinMs: 30 })).rejects.toMatchObject({ name: 'TimeoutError' });
  const quick = await listening(createServer((_request, response) => response.end('yes')));
  expect(await connectionsTo(quick).ask({ ...GET, withinMs: 5_000 })).toMatchObject({ text: 'yes' });
});

test('an answer that ends too soon is none', async () => {
  const cut = await saying('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"half":');
  await expect(connectionsTo(cut).ask(GET)).rejects.toMatchObject({ code: 'ECONNRESET' });
  const nothing = await saying('');
  await expect(connectionsTo(nothing).ask(GET)).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('what is no HTTP is an error, and not one of a broken connection', async () => {
  const odd = await saying('SSH-2.0-nobody\r\n');
  await expect(connectionsTo(odd).ask(GET)).rejects.toMatchObject({ code: expect.stringMatching(/^HPE_/) });
});

test('where nobody listens the call never arrived', async () => {
  const server = createTcpServer();
  const origin = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  const error = await connectionsTo(origin)
    .ask(GET)
    .catch((thrown: unknown) => thrown);
  expect(neverArrived(error)).toBe(true);
});

test('closing waits for the call under way', async () => {
  const asked = Promise.withResolvers<() => void>();
  const origin = await listening(createServer((_request, response) => asked.resolve(() => response.end('late'))));
  const connections = openConnections(origin);
  const call = connections.ask(GET);
  const answer = await asked.promise;
  const closed = connections.close();
  answer();
  await closed;
  expect(await call).toMatchObject({ text: 'late' });
});
