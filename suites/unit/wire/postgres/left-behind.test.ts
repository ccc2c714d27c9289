/** A server that leaves while its client is still talking: what the client said last ends with the connection, and is not open for ever. */
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { rawCaller, startRig } from '../rig.ts';

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const STARTUP = Buffer.from('\0\0\0\x13\0\x03\0\0user\0shop\0\0', 'latin1');
const WELCOME = Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))]);
const FAREWELL = message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection\0\0', 'latin1'));

/** Says farewell at once, and resets when it is told anything more; `onReset` is called then. */
function leaving(onReset: () => void) {
  return (socket: Socket) => {
    socket.once('data', () => {
      socket.write(WELCOME);
      socket.end(FAREWELL);
      socket.once('data', () => {
        socket.resetAndDestroy();
        onReset();
      });
    });
  };
}

test('a statement that is sent to a server that has left ends with its connection', async () => {
  const reset = Promise.withResolvers<void>();
  await using rig = await startRig({ protocol: 'postgres', tcp: leaving(reset.resolve) });
  const caller = await rawCaller(rig.port);
  caller.socket.write(STARTUP);
  await caller.until((text) => text.includes('57P01'));
  caller.socket.write(message('Q', Buffer.from('select 1\0')));
  await reset.promise;
  // The wire hears of a reset when it writes again.
  caller.socket.write(message('Q', Buffer.from('select 2\0')));
  await rig.records('connection', 2);
  expect(await rig.wire.open()).toEqual([]);
  expect(await rig.exchanges(3)).toMatchObject([
    { operation: 'CONNECT', outcome: 'answered' },
    { operation: 'SELECT', outcome: 'reset' },
    { operation: 'SELECT', outcome: 'reset' },
  ]);
});
