/** Record batches: read as clients write them, and made so that clients read them. */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeBatch } from '../../../../harness/wire/kafka/make-batch.ts';
import { readBatches } from '../../../../harness/wire/kafka/record-batch.ts';
import { batchOf } from './kafkajs-frames.ts';

const text = fc.string({ unit: 'binary', maxLength: 30 });
const records = fc.array(
  fc.record({
    key: fc.option(text),
    value: fc.option(text),
    headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), text, { maxKeys: 4 }),
  }),
  { minLength: 1, maxLength: 6 },
);

function plain(batch: ReturnType<typeof readBatches>[number] | undefined) {
  return batch?.records.map(({ key, value, headers }) => ({
    key: key?.toString() ?? null,
    value: value?.toString() ?? null,
    headers: Object.fromEntries(headers.map((header) => [header.name, header.value?.toString()])),
  }));
}

test('a batch of kafkajs is read back', async () => {
  await fc.assert(
    fc.asyncProperty(records, fc.nat(), async (wanted, firstOffset) => {
      const [batch, ...others] = readBatches(await batchOf(wanted, firstOffset));
      expect(others).toEqual([]);
      expect(plain(batch)).toEqual(wanted);
      expect(batch?.records.map(({ offset }) => offset)).toEqual(wanted.map((_, index) => firstOffset + index));
    }),
  );
});

test('a batch made of records that were read is what kafkajs would have made', async () => {
  await fc.assert(
    fc.asyncProperty(records, async (wanted) => {
      const original = await batchOf(wanted);
      const [batch] = readBatches(original);
      const [copy] = readBatches(makeBatch(batch?.records ?? []));
      expect(plain(copy)).toEqual(plain(batch));
      expect(copy?.records.map(({ timestamp }) => timestamp)).toEqual(batch?.records.map(({ timestamp }) => timestamp));
    }),
  );
});

test('several batches in one field are read, one cut off at the end is left out', async () => {
  const one = await batchOf([{ key: 'a', value: '1' }], 5);
  const two = await batchOf([{ key: 'b', value: '2' }], 6);
  const batches = readBatches(Buffer.concat([one, two, one.subarray(0, one.length - 1)]));
  expect(batches.map(({ start, end }) => [start, end])).toEqual([
    [0, one.length],
    [one.length, one.length + two.length],
  ]);
  expect(batches.flatMap((batch) => batch.records.map(({ offset }) => offset))).toEqual([5, 6]);
});

/** The same batch with its records compressed; the checksum is not mended, as nobody here looks at it. */
function compressed(batch: Buffer, codec: number, squeeze: (bytes: Buffer) => Buffer): Buffer {
  const body = squeeze(batch.subarray(61));
  const made = Buffer.concat([batch.subarray(0, 61), body]);
  made.writeInt32BE(made.length - 12, 8);
  made.writeInt16BE(codec, 21);
  return made;
}

test('gzip and zstd are read, other compressions are reported as unread', async () => {
  const batch = await batchOf([{ key: 'k', value: 'v', headers: { type: 'order.placed' } }]);
  for (const made of [compressed(batch, 1, gzipSync), compressed(batch, 4, zstdCompressSync)]) {
    expect(plain(readBatches(made)[0])).toEqual([{ key: 'k', value: 'v', headers: { type: 'order.placed' } }]);
  }
  expect(readBatches(compressed(batch, 2, (bytes) => bytes))[0]).toMatchObject({
    records: [],
    nextOffset: 1,
    unread: 'compression',
  });
  expect(readBatches(compressed(batch, 3, (bytes) => bytes))[0]).toMatchObject({
    records: [],
    nextOffset: 1,
    unread: 'compression',
  });
});

test('control batches hold no records, old formats are reported as unread', async () => {
  const control = Buffer.from(await batchOf([{ key: 'k', value: 'v' }]));
  control.writeInt16BE(0x20, 21);
  expect(readBatches(control)[0]).toMatchObject({ records: [] });
  const old = Buffer.from(control);
  old.writeInt8(1, 16);
  expect(readBatches(old)[0]).toMatchObject({ records: [], unread: 'old-format' });
});

test('bytes that are no batch end in a range error or in nothing, never in a hang', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        readBatches(Buffer.from(bytes));
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Error);
      }
    }),
  );
});
