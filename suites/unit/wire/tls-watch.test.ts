/** What the wire reads of a handshake: the same, however the bytes are cut; and of what is no TLS, only that. */
import { once } from 'node:events';
import { type AddressInfo, connect as connectPlain, createServer as createRelay } from 'node:net';
import { connect, createServer } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../harness/core/index.ts';
import { createAuthority } from '../../../harness/runtime/authority.ts';
import { identityOf } from '../../../harness/wire/tls-watch/flaw.ts';
import { createTlsReader } from '../../../harness/wire/tls-watch/reader.ts';

const at = (seconds: number) => new Date(systemClock.now() + seconds * 1_000);

/** Bytes of both directions of one real conversation, as a relay between the two saw them. */
async function conversation(version: 'TLSv1.2' | 'TLSv1.3'): Promise<{ caller: Buffer; callee: Buffer }> {
  const authority = await createAuthority('test', at(-60), at(60));
  const validity = { notBefore: at(-60), notAfter: at(60) };
  const issue = (uri: string) => authority.issue({ name: 'x', uri: [uri], ...validity });
  const [order, gateway] = [await issue('spiffe://shop/order'), await issue('spiffe://shop/gateway')];
  const versions = { minVersion: version, maxVersion: version, ca: authority.certificate } as const;
  const server = createServer({ ...versions, cert: order.certificate, key: order.key, requestCert: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('hello'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const seen = { caller: [] as Buffer[], callee: [] as Buffer[] };
  const relay = createRelay((from) => {
    const to = connectPlain((server.address() as AddressInfo).port, '127.0.0.1');
    from.on('data', (bytes) => void seen.caller.push(bytes));
    to.on('data', (bytes) => void seen.callee.push(bytes));
    from.pipe(to).pipe(from);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  onTestFinished(() => {
    relay.close();
    server.close();
  });
  const client = connect({
    ...{ ...versions, host: '127.0.0.1', port: (relay.address() as AddressInfo).port },
    ...{ cert: gateway.certificate, key: gateway.key, checkServerIdentity: () => undefined },
  });
  await once(client, 'secureConnect');
  client.write('GET /');
  client.resume();
  await once(client, 'close');
  return { caller: Buffer.concat(seen.caller), callee: Buffer.concat(seen.callee) };
}

function read(bytes: Buffer, pieceBytes: number) {
  const reader = createTlsReader();
  for (let from = 0; from < bytes.length; from += pieceBytes) reader.feed(bytes.subarray(from, from + pieceBytes));
  const { certificate, wentOn, notTls } = reader;
  return { identity: certificate && identityOf(certificate), wentOn, notTls };
}

test.each([1, 7, 64, 100_000])('certificates are read from pieces of %d bytes', async (pieceBytes) => {
  const { caller, callee } = await conversation('TLSv1.2');
  expect(read(caller, pieceBytes)).toEqual({ identity: 'spiffe://shop/gateway', wentOn: true, notTls: false });
  expect(read(callee, pieceBytes)).toEqual({ identity: 'spiffe://shop/order', wentOn: true, notTls: false });
});

test('what is encrypted is not seen: of TLS 1.3 there is no certificate to believe', async () => {
  const { caller, callee } = await conversation('TLSv1.3');
  expect(read(caller, 50).identity).toBeUndefined();
  expect(read(callee, 50).identity).toBeUndefined();
});

test('who speaks something else is seen to', () => {
  expect(read(Buffer.from('GET / HTTP/1.1\r\nhost: order\r\n\r\n'), 5)).toMatchObject({ wentOn: true, notTls: true });
  expect(read(Buffer.from([22, 3, 1, 255]), 1)).toEqual({ identity: undefined, wentOn: false, notTls: false });
});
