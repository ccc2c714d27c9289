/** The primitive types and the frame splitter, byte by byte. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from '../../../../harness/core/index.ts';
import { ByteReader } from '../../../../harness/wire/kafka/byte-reader.ts';
import { ByteWriter } from '../../../../harness/wire/kafka/byte-writer.ts';
import { crc32c } from '../../../../harness/wire/kafka/crc32c.ts';
import { createFrameSplitter, type FrameMode } from '../../../../harness/wire/kafka/frame-splitter.ts';

test('varints are read as they were written', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(), fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), (signed, plain, long) => {
      const reader = new ByteReader(new ByteWriter().varint(signed).uvarint(plain).varint(long).done());
      expect([reader.varint(), reader.uvarint(), reader.varlong()]).toEqual([signed, plain, long]);
    }),
  );
});

test('zigzag varints have the bytes of the protocol guide', () => {
  const bytesOf = (value: number) => new ByteWriter().varint(value).done().toString('hex');
  expect([0, -1, 1, -2, 63, 64, -65, 300].map(bytesOf)).toEqual(['00', '01', '02', '03', '7e', '8001', '8101', 'd804']);
});

test('fixed types, strings and blobs are read as they were written', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -128, max: 127 }),
      fc.integer({ min: -32768, max: 32767 }),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.option(fc.string()),
      fc.option(fc.uint8Array()),
      (one, two, four, eight, text, blob) => {
        const bytes = new ByteWriter().int8(one).int16(two).int32(four).int64(eight).string(text).blob(blob).done();
        const reader = new ByteReader(bytes);
        expect([reader.int8(), reader.int16(), reader.int32(), reader.int64(), reader.string()]).toEqual([
          one,
          two,
          four,
          eight,
          text === null ? null : Buffer.from(text).toString(),
        ]);
        expect(reader.blob()).toEqual(blob === null ? null : Buffer.from(blob));
        expect(reader.at).toBe(bytes.length);
      },
    ),
  );
});

test('a length that does not fit is refused before anything is allocated for it', () => {
  expect(() => new ByteReader(Buffer.from('7fffffff', 'hex')).count()).toThrow(RangeError);
  expect(() => new ByteReader(Buffer.from('7fffffff', 'hex')).blob()).toThrow(RangeError);
  expect(() => new ByteReader(Buffer.from('ffffffffffff', 'hex')).uvarint()).toThrow(RangeError);
  expect(() => new ByteReader(Buffer.from('0005616263', 'hex')).string()).toThrow(RangeError);
});

test('the checksum is CRC-32C', () => {
  expect(crc32c(Buffer.from('123456789')).toString(16)).toBe('e3069283');
  expect(crc32c(Buffer.alloc(32)).toString(16)).toBe('8a9136aa');
});

const frames = fc.array(
  fc.record({
    mode: fc.constantFrom<FrameMode>('tap', 'hold', 'opaque'),
    body: fc.uint8Array({ minLength: 8, maxLength: 60 }),
  }),
  { maxLength: 8 },
);

test('however a stream is cut into chunks, the frames are the same, and what is not held passes in order', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (wanted, cuts) => {
      const whole = wanted.map(({ body }) => Buffer.concat([new ByteWriter().int32(body.length).done(), body]));
      const passed: Buffer[] = [];
      const seen: { mode: FrameMode; frame: Buffer }[] = [];
      let begun = 0;
      const push = createFrameSplitter(12, {
        begin(head) {
          expect(head.subarray(0, 12)).toEqual(whole[begun]?.subarray(0, 12));
          return wanted[begun++]?.mode ?? 'tap';
        },
        pass: (bytes) => passed.push(bytes),
        frame(frame, mode) {
          // A frame that is held passes when its turn has come: here at once.
          if (mode === 'hold') passed.push(frame);
          seen.push({ mode, frame });
        },
      });
      const stream = Buffer.concat(whole);
      for (let at = 0, cut = 0; at < stream.length; cut++) {
        const end = at + (cuts[cut % cuts.length] as number);
        push(stream.subarray(at, end));
        at = end;
      }
      expect(Buffer.concat(passed)).toEqual(stream);
      expect(seen.map(({ mode }) => mode)).toEqual(wanted.map(({ mode }) => mode));
      for (const [index, { mode, frame }] of seen.entries()) {
        expect(frame).toEqual(mode === 'opaque' ? whole[index]?.subarray(0, 12) : whole[index]);
      }
    }),
  );
});

test('a tapped frame has passed before it is read', () => {
  const order: string[] = [];
  const push = createFrameSplitter(8, {
    begin: () => 'tap',
    pass: () => order.push('pass'),
    frame: () => order.push('frame'),
  });
  push(new ByteWriter().int32(5).int32(1).int8(0).done());
  expect(order).toEqual(['pass', 'frame']);
});

test('bytes that are no Kafka pass as they come', () => {
  const passed: Buffer[] = [];
  const push = createFrameSplitter(12, {
    begin: () => 'hold',
    pass: (bytes) => passed.push(bytes),
    frame: () => undefined,
  });
  const bytes = Buffer.concat([new ByteWriter().int32(3).done(), Buffer.from('something else')]);
  push(bytes.subarray(0, 6));
  push(bytes.subarray(6));
  push(Buffer.from('more'));
  expect(Buffer.concat(passed).toString('latin1')).toBe(`${bytes.toString('latin1')}more`);
});

test('a frame over the limit passes without being kept, even when holding was asked for', () => {
  let passed = 0;
  const seen: { mode: FrameMode; bytes: number }[] = [];
  const push = createFrameSplitter(12, {
    begin: () => 'hold',
    pass: (bytes) => {
      passed += bytes.length;
    },
    frame: (frame, mode) => seen.push({ mode, bytes: frame.length }),
  });
  const size = LIMITS.kafkaFrameBytes + 1;
  push(new ByteWriter().int32(size).int64(0).done());
  for (let left = size - 8; left > 0; left -= 1_000_000) push(Buffer.alloc(Math.min(left, 1_000_000)));
  expect(passed).toBe(size + 4);
  expect(seen).toEqual([{ mode: 'opaque', bytes: 12 }]);
});
