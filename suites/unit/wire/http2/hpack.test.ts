/** Header blocks: what Node's own HTTP/2 writes is read, what the wire writes is read back. */
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { type AddressInfo, createServer } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FLAG, FRAME, frameSplitter, PREFACE, unpadded } from '../../../../harness/wire/http2/frames.ts';
import { blockReader, type Field, writeBlock } from '../../../../harness/wire/http2/hpack.ts';

/** Every byte a header value may hold, each among so many short codes that Huffman's code is worth it. */
const VALUES = Array.from({ length: 256 }, (_, byte) => byte)
  .filter((byte) => byte > 0x20 && byte !== 0x7f)
  .map((byte) => `${'a'.repeat(40)}${String.fromCharCode(byte)}${'e'.repeat(9)}`);

test("what Node's client writes is read, every byte of its Huffman code, and fields from its table", async () => {
  const blocks: Field[][] = [];
  const reader = blockReader();
  const server = createServer((socket) => {
    const split = frameSplitter((frame) => {
      if (frame.type !== FRAME.headers || (frame.flags & FLAG.endHeaders) === 0) return;
      blocks.push([...reader.read(unpadded(frame)).fields]);
      server.emit('block');
    });
    let skip = PREFACE.length;
    socket.on('data', (bytes: Buffer) => {
      const rest = bytes.subarray(skip);
      skip = Math.max(0, skip - bytes.length);
      if (rest.length > 0) split(rest);
    });
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.on('error', () => undefined);
  const every = Object.fromEntries(VALUES.map((value, index) => [`x-${index}`, value]));
  for (let round = 0; round < 3; round++) {
    const arrived = once(server, 'block');
    client
      .request({ ':path': '/a/b', ...every, 'x-round': `${round}`, 'x-long': 'z'.repeat(300) })
      .on('error', () => undefined);
    await arrived;
  }
  client.destroy();
  server.close();
  for (const [round, fields] of blocks.entries()) {
    const named = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    expect(named).toMatchObject({ ':path': '/a/b', ':method': 'GET', ...every, 'x-round': `${round}` });
    expect(named['x-long']).toHaveLength(300);
  }
});

test('what is written is read back, whatever it holds', () => {
  const text = fc.string({ unit: 'binary-ascii', maxLength: 200 });
  const field = fc.record({ name: text, value: text, secret: fc.constantFrom(true, undefined) });
  fc.assert(
    fc.property(
      fc.array(field),
      fc.array(fc.integer({ min: 0, max: 65_536 }), { maxLength: 2 }),
      (fields, tableSizes) => {
        const { fields: back, tableSizes: sizes } = blockReader().read(writeBlock({ fields, tableSizes }));
        expect(back).toEqual(
          fields.map(({ name, value, secret }) => (secret ? { name, value, secret } : { name, value })),
        );
        expect(sizes).toEqual(tableSizes);
      },
    ),
  );
});

test('known fields cost one byte', () => {
  const fields = [
    { name: ':method', value: 'POST' },
    { name: ':path', value: '/' },
    { name: ':status', value: '200' },
  ];
  expect(writeBlock({ fields, tableSizes: [] })).toEqual(Buffer.from([0x83, 0x84, 0x88]));
});

test('what is no header block is refused, and never read past its end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        blockReader().read(Buffer.from(bytes));
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(RangeError);
      }
    }),
  );
  expect(() => blockReader().read(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))).toThrow('too large');
  expect(() => blockReader().read(Buffer.from([0x00, 0x05, 0x61]))).toThrow('ends within a text');
});
