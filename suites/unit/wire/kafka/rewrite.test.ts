/** What every client is told: addresses of the edge alone, versions the wire can read. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { capVersions } from '../../../../harness/wire/kafka/api-versions.ts';
import { ByteReader } from '../../../../harness/wire/kafka/byte-reader.ts';
import { ByteWriter } from '../../../../harness/wire/kafka/byte-writer.ts';
import { addressOf } from '../../../../harness/wire/kafka/mend-reply.ts';
import { rewriteAddresses } from '../../../../harness/wire/kafka/rewrite.ts';

const METADATA = 3;
const FIND_COORDINATOR = 10;
const mine = { host: '127.0.0.1', port: 4242 };
const brokers = fc.array(
  fc.record({
    node: fc.nat(),
    host: fc.domain(),
    port: fc.integer({ min: 1, max: 65_535 }),
    rack: fc.option(fc.string()),
  }),
  { maxLength: 4 },
);

function text(writer: ByteWriter, flexible: boolean, value: string | null) {
  if (!flexible) writer.string(value);
  else if (value === null) writer.uvarint(0);
  else writer.uvarint(Buffer.byteLength(value) + 1).raw(Buffer.from(value));
}

function metadataReply(
  version: number,
  nodes: readonly { node: number; host: string; port: number; rack: string | null }[],
  rest: Uint8Array,
) {
  const flexible = version >= 9;
  const writer = new ByteWriter().int32(9);
  if (flexible) writer.uvarint(0);
  if (version >= 3) writer.int32(0);
  if (flexible) writer.uvarint(nodes.length + 1);
  else writer.int32(nodes.length);
  for (const { node, host, port, rack } of nodes) {
    writer.int32(node);
    text(writer, flexible, host);
    writer.int32(port);
    if (version >= 1) text(writer, flexible, rack);
    if (flexible) writer.uvarint(0);
  }
  return writer.raw(rest).frame();
}

test('every broker address in a Metadata reply becomes the one of the edge, in every version, and nothing else changes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 13 }), brokers, fc.uint8Array(), (version, nodes, rest) => {
      const rewritten = rewriteAddresses(metadataReply(version, nodes, rest), METADATA, version, mine);
      const expected = metadataReply(
        version,
        nodes.map((node) => ({ ...node, ...mine })),
        rest,
      );
      expect(rewritten.toString('hex')).toBe(expected.toString('hex'));
    }),
  );
});

function coordinatorReply(version: number, address: { host: string; port: number }, error = 0) {
  const flexible = version >= 3;
  const writer = new ByteWriter().int32(9);
  if (flexible) writer.uvarint(0);
  if (version >= 1) writer.int32(0);
  if (version < 4) {
    writer.int16(error);
    if (version >= 1) text(writer, flexible, null);
    writer.int32(1);
    text(writer, flexible, address.host);
    writer.int32(address.port);
  } else {
    writer.uvarint(2);
    text(writer, true, 'group');
    writer.int32(1);
    text(writer, true, address.host);
    writer.int32(address.port).int16(error);
    text(writer, true, null);
    writer.uvarint(0);
  }
  if (flexible) writer.uvarint(0);
  return writer.frame();
}

test('the coordinator becomes the edge, in every version, and an answer without a coordinator stays as it is', () => {
  for (let version = 0; version <= 6; version++) {
    const theirs = coordinatorReply(version, { host: 'broker.internal', port: 9092 });
    expect(rewriteAddresses(theirs, FIND_COORDINATOR, version, mine)).toEqual(coordinatorReply(version, mine));
    const none = coordinatorReply(version, { host: '', port: -1 }, 15);
    expect(rewriteAddresses(none, FIND_COORDINATOR, version, mine)).toEqual(none);
  }
});

test('an edge advertises what it was told to, else its listener, and loopback for a listener on every interface', () => {
  const edge = {
    id: 'a->b',
    caller: 'a',
    callee: 'b',
    protocol: 'kafka',
    listenPort: 1,
    upstreamHost: 'b',
    upstreamPort: 2,
  } as const;
  expect(addressOf({ ...edge, listenHost: '127.0.0.1' })).toEqual({ host: '127.0.0.1', port: 1 });
  expect(addressOf({ ...edge, listenHost: '0.0.0.0' })).toEqual({ host: '127.0.0.1', port: 1 });
  expect(addressOf({ ...edge, listenHost: '0.0.0.0', advertisedHost: 'wire', advertisedPort: 9 })).toEqual({
    host: 'wire',
    port: 9,
  });
});

const OFFERED = [
  { api: 0, lowest: 3, highest: 13 },
  { api: 1, lowest: 4, highest: 18 },
  { api: 3, lowest: 0, highest: 13 },
  { api: 60, lowest: 0, highest: 2 },
  { api: 68, lowest: 0, highest: 1 },
  { api: 22, lowest: 0, highest: 6 },
];

function versionsReply(version: number) {
  const flexible = version >= 3;
  const writer = new ByteWriter().int32(9).int16(0);
  if (flexible) writer.uvarint(OFFERED.length + 1);
  else writer.int32(OFFERED.length);
  for (const { api, lowest, highest } of OFFERED) {
    writer.int16(api).int16(lowest).int16(highest);
    if (flexible) writer.uvarint(0);
  }
  if (version >= 1) writer.int32(0);
  // One tagged field of 3 bytes, as feature levels come.
  if (flexible) writer.uvarint(1).uvarint(2).uvarint(3).raw(Buffer.from('abc'));
  return writer.frame();
}

test('versions are capped to what the wire reads, and what leads past it is not offered', () => {
  for (const version of [0, 2, 3, 4]) {
    const frame = capVersions(versionsReply(version), version);
    expect(frame.readInt32BE(0)).toBe(frame.length - 4);
    const reader = new ByteReader(frame, 4);
    expect([reader.int32(), reader.int16()]).toEqual([9, 0]);
    const offers: number[][] = [];
    for (let left = version >= 3 ? reader.compactCount() : reader.count(); left > 0; left--) {
      offers.push([reader.int16(), reader.int16(), reader.int16()]);
      if (version >= 3) reader.skipTags();
    }
    expect(offers).toEqual([
      [0, 3, 8],
      [1, 4, 11],
      [3, 0, 8],
      [22, 0, 6],
    ]);
    if (version >= 1) reader.int32();
    if (version >= 3) expect(reader.uvarint()).toBe(0);
    expect(reader.at).toBe(frame.length);
  }
});

test('a refusal to tell the versions passes as it is', () => {
  const refusal = new ByteWriter().int32(9).int16(35).int32(0).frame();
  expect(capVersions(refusal, 4)).toBe(refusal);
});
