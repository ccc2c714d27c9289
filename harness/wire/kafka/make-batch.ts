/** Makes a record batch (magic 2, uncompressed, no producer id) that holds copies of given records. */
import { ByteWriter } from './byte-writer.ts';
import { crc32c } from './crc32c.ts';
import type { KafkaRecord } from './record-batch.ts';

type Content = Pick<KafkaRecord, 'timestamp' | 'key' | 'value' | 'headers'>;

/** The bytes of one batch with the records in the order given; the broker sets the offsets. */
export function makeBatch(records: readonly Content[]): Buffer {
  return batchAt(
    0,
    records.map((record, offset) => ({ ...record, offset })),
  );
}

/** The bytes of one batch as a Fetch reply brings it: each record with its offset, which may leave gaps. */
export function batchAt(base: number, records: readonly (Content & { readonly offset: number })[]): Buffer {
  const baseTimestamp = records[0]?.timestamp ?? 0;
  const latest = records.reduce((most, { timestamp }) => Math.max(most, timestamp), baseTimestamp);
  const checked = new ByteWriter()
    .int16(0) // attributes: uncompressed, create time
    .int32((records.at(-1)?.offset ?? base) - base)
    .int64(baseTimestamp)
    .int64(latest)
    .int64(-1) // producer id
    .int16(-1)
    .int32(-1)
    .int32(records.length);
  for (const record of records) {
    const body = recordBody(record, record.offset - base, record.timestamp - baseTimestamp);
    checked.varint(body.length).raw(body);
  }
  const rest = checked.done();
  return new ByteWriter()
    .int64(base)
    .int32(rest.length + 9)
    .int32(-1) // leader epoch
    .int8(2)
    .int32(crc32c(rest) | 0)
    .raw(rest)
    .done();
}

function recordBody(
  record: Pick<KafkaRecord, 'key' | 'value' | 'headers'>,
  offsetDelta: number,
  timestampDelta: number,
): Buffer {
  const writer = new ByteWriter().int8(0).varint(timestampDelta).varint(offsetDelta);
  varBytes(writer, record.key);
  varBytes(writer, record.value);
  writer.varint(record.headers.length);
  for (const { name, value } of record.headers) {
    varBytes(writer, Buffer.from(name, 'utf8'));
    varBytes(writer, value);
  }
  return writer.done();
}

function varBytes(writer: ByteWriter, bytes: Buffer | null): void {
  if (bytes === null) writer.varint(-1);
  else writer.varint(bytes.length).raw(bytes);
}
