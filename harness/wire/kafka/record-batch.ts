/**
 * Reads record batches of magic 2 (KIP-98; Kafka documentation, "Message Format"): offsets, keys and headers of each record, values untouched.
 * Uncompressed, gzip and zstd batches are read; snappy, lz4 and the formats before magic 2 are counted and skipped.
 */
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { LIMITS } from '../../core/index.ts';
import { ByteReader } from './byte-reader.ts';

export interface KafkaRecord {
  /** Offset as it stands in the batch: from 0 in a Produce request, the real one in a Fetch reply. */
  readonly offset: number;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  /** As a view into the frame, or into the decompressed batch. */
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
  /** Bytes of the record in its batch, decompressed. */
  readonly bytes: number;
}

export interface RecordHeader {
  readonly name: string;
  readonly value: Buffer | null;
}

export interface RecordBatch {
  /** Where the batch stands in the bytes it was read from. */
  readonly start: number;
  readonly end: number;
  /** Empty for a control batch (transaction markers) and where `unread`. */
  readonly records: readonly KafkaRecord[];
  /** Offset after the last record, also where the records were not read; undefined for control batches and old formats. */
  readonly nextOffset?: number;
  /** Why the records were not read. */
  readonly unread?: 'old-format' | 'compression';
}

/** Sizes and places in the head of a batch. */
const PLACE = {
  length: 8,
  magic: 16,
  attributes: 21,
  lastDelta: 23,
  baseTimestamp: 27,
  count: 57,
  records: 61,
} as const;
const COMPRESSION_BITS = 0x07;
const LOG_APPEND_TIME_BIT = 0x08;
const CONTROL_BIT = 0x20;

/** The complete batches in the RECORDS field of a Produce request or a Fetch reply. A batch cut off at the end is left out, as clients do. */
export function readBatches(field: Buffer): RecordBatch[] {
  const batches: RecordBatch[] = [];
  for (let start = 0; start + PLACE.records <= field.length; ) {
    const end = start + 12 + field.readInt32BE(start + PLACE.length);
    if (end <= start + 12 || end > field.length) break;
    batches.push(readBatch(field, start, end));
    start = end;
  }
  return batches;
}

function readBatch(field: Buffer, start: number, end: number): RecordBatch {
  if (field.readInt8(start + PLACE.magic) !== 2) return { start, end, records: [], unread: 'old-format' };
  const attributes = field.readInt16BE(start + PLACE.attributes);
  if (attributes & CONTROL_BIT) return { start, end, records: [] };
  const head = new ByteReader(field, start);
  const baseOffset = head.int64();
  const nextOffset = baseOffset + field.readInt32BE(start + PLACE.lastDelta) + 1;
  const body = decompressed(field.subarray(start + PLACE.records, end), attributes & COMPRESSION_BITS);
  if (body === undefined) return { start, end, records: [], nextOffset, unread: 'compression' };
  head.at = start + PLACE.baseTimestamp;
  const baseTimestamp = head.int64();
  const maxTimestamp = head.int64();
  const appended = (attributes & LOG_APPEND_TIME_BIT) !== 0;
  const records: KafkaRecord[] = [];
  const reader = new ByteReader(body);
  for (let left = field.readInt32BE(start + PLACE.count); left > 0; left--) {
    records.push(readRecord(reader, baseOffset, baseTimestamp, appended ? maxTimestamp : undefined));
  }
  return { start, end, records, nextOffset };
}

function readRecord(reader: ByteReader, baseOffset: number, baseTimestamp: number, appendedAt?: number): KafkaRecord {
  const from = reader.at;
  const length = reader.varint();
  const next = reader.at + length;
  reader.skip(1);
  const timestamp = appendedAt ?? baseTimestamp + reader.varlong();
  if (appendedAt !== undefined) reader.varlong();
  const offset = baseOffset + reader.varint();
  const key = varBytes(reader);
  const value = varBytes(reader);
  const headers: RecordHeader[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    headers.push({ name: reader.text(reader.varint()), value: varBytes(reader) });
  }
  reader.at = next;
  return { offset, timestamp, key, value, headers, bytes: next - from };
}

function varBytes(reader: ByteReader): Buffer | null {
  const length = reader.varint();
  return length < 0 ? null : reader.view(length);
}

function decompressed(body: Buffer, codec: number): Buffer | undefined {
  const options = { maxOutputLength: LIMITS.kafkaFrameBytes * 4 };
  if (codec === 0) return body;
  if (codec === 1) return gunzipSync(body, options);
  if (codec === 4) return zstdDecompressSync(body, options);
  return undefined;
}
