/** Reads the replies the wire has to understand (reply header v0: the correlation id alone); layouts from the Kafka protocol guide. */
import { API, isReadable } from './apis.ts';
import { ByteReader } from './byte-reader.ts';
import type { EdgeState } from './edge-state.ts';
import { type RecordBatch, readBatches } from './record-batch.ts';
import { eachPartition, type RequestHead } from './requests.ts';

export interface ProducedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly error: number;
  readonly baseOffset: number;
}

export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly error: number;
  /** Place in the frame of the RECORDS field's bytes; its INT32 length stands in the 4 bytes before. Both 0 when there is none. */
  readonly recordsAt: number;
  readonly recordsEnd: number;
  readonly batches: readonly RecordBatch[];
}

export interface StoredOffset {
  readonly topic: string;
  readonly partition: number;
  /** -1: the group has none. Absent in the reply to a commit. */
  readonly offset?: number;
  readonly error: number;
}

export type ReplyBody =
  | { readonly api: 'produce'; readonly error: number; readonly partitions: readonly ProducedPartition[] }
  | { readonly api: 'fetch'; readonly error: number; readonly partitions: readonly FetchedPartition[] }
  | { readonly api: 'offsets'; readonly error: number; readonly partitions: readonly StoredOffset[] }
  | { readonly api: 'other'; readonly error: number };

const BODY_AT = 8;
const UNREAD: ReplyBody = { api: 'other', error: 0 };

/** The reply to a request, or one without content where it cannot be read (then it is counted). */
export function safeReply(state: EdgeState, frame: Buffer, { api, version }: RequestHead): ReplyBody {
  if (!isReadable(api, version) && api !== API.apiVersions) return UNREAD;
  try {
    return readReply(frame, api, version);
  } catch {
    state.unread('malformed');
    return UNREAD;
  }
}

/** `error` is the reply's own error code, or the first of its partitions that is not 0. */
export function readReply(frame: Buffer, api: number, version: number): ReplyBody {
  const reader = new ByteReader(frame, BODY_AT);
  switch (api) {
    case API.produce: {
      const partitions = readProduced(reader, version);
      return { api: 'produce', error: firstError(partitions), partitions };
    }
    case API.fetch:
      return readFetched(reader, version);
    case API.offsetCommit:
    case API.offsetFetch: {
      const partitions = readStored(reader, version, api);
      return { api: 'offsets', error: firstError(partitions), partitions };
    }
    case API.joinGroup:
      if (version >= 2) reader.skip(4); // throttle
      return { api: 'other', error: reader.int16() };
    case API.syncGroup:
    case API.heartbeat:
    case API.leaveGroup:
    case API.findCoordinator:
      if (version >= 1) reader.skip(4); // throttle
      return { api: 'other', error: reader.int16() };
    case API.apiVersions:
      return { api: 'other', error: reader.int16() };
    case API.deleteGroups: {
      reader.skip(4); // throttle
      const errors = Array.from({ length: reader.count() }, () => ({ group: reader.string(), error: reader.int16() }));
      return { api: 'other', error: firstError(errors) };
    }
    default:
      return { api: 'other', error: 0 };
  }
}

function readProduced(reader: ByteReader, version: number): ProducedPartition[] {
  const partitions: ProducedPartition[] = [];
  eachPartition(reader, (topic, partition) => {
    partitions.push({ topic, partition, error: reader.int16(), baseOffset: reader.int64() });
    if (version >= 2) reader.skip(8); // append time
    if (version >= 5) reader.skip(8); // log start
    if (version < 8) return;
    for (let left = reader.count(); left > 0; left--) {
      reader.skip(4);
      reader.string();
    }
    reader.string();
  });
  return partitions;
}

function readFetched(reader: ByteReader, version: number): ReplyBody {
  if (version >= 1) reader.skip(4); // throttle
  const error = version >= 7 ? reader.int16() : 0;
  if (version >= 7) reader.skip(4); // session id
  const partitions: FetchedPartition[] = [];
  eachPartition(reader, (topic, partition) => {
    const partitionError = reader.int16();
    reader.skip(8); // high watermark
    if (version >= 4) reader.skip(8); // last stable offset
    if (version >= 5) reader.skip(8); // log start
    if (version >= 4) reader.skip(16 * reader.count()); // aborted transactions
    if (version >= 11) reader.skip(4); // preferred replica
    const field = reader.blob();
    const recordsEnd = field === null ? 0 : reader.at;
    const recordsAt = field === null ? 0 : reader.at - field.length;
    const batches = field === null || field.length === 0 ? [] : readBatches(field);
    partitions.push({ topic, partition, error: partitionError, recordsAt, recordsEnd, batches });
  });
  return { api: 'fetch', error: error || firstError(partitions), partitions };
}

function readStored(reader: ByteReader, version: number, api: number): StoredOffset[] {
  if (version >= 3) reader.skip(4); // throttle
  const partitions: StoredOffset[] = [];
  eachPartition(reader, (topic, partition) => {
    if (api === API.offsetCommit) return partitions.push({ topic, partition, error: reader.int16() });
    const offset = reader.int64();
    if (version >= 5) reader.skip(4); // leader epoch
    reader.string(); // metadata
    return partitions.push({ topic, partition, offset, error: reader.int16() });
  });
  return partitions;
}

function firstError(partitions: readonly { readonly error: number }[]): number {
  for (const { error } of partitions) if (error !== 0) return error;
  return 0;
}
