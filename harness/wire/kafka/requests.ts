/** Reads the requests the wire has to understand, in the versions it offers (`apis.ts`); layouts from the Kafka protocol guide. */
import { API } from './apis.ts';
import { ByteReader } from './byte-reader.ts';
import { type RecordBatch, readBatches } from './record-batch.ts';

/** Request header v1 (v2 begins alike). */
export interface RequestHead {
  readonly api: number;
  readonly version: number;
  readonly correlation: number;
  readonly clientId: string;
  /** Where the body begins in the frame (header v1). */
  readonly bodyAt: number;
}

export interface PartitionRecords {
  readonly topic: string;
  readonly partition: number;
  readonly batches: readonly RecordBatch[];
}

export interface FetchPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface GroupMember {
  readonly group: string;
  readonly member: string;
}

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export type RequestBody =
  | { readonly api: 'produce'; readonly acks: number; readonly partitions: readonly PartitionRecords[] }
  | { readonly api: 'fetch'; readonly positions: readonly FetchPosition[] }
  | ({ readonly api: 'commit'; readonly offsets: readonly CommittedOffset[] } & GroupMember)
  | ({ readonly api: 'join'; readonly topics: readonly string[] } & GroupMember)
  | { readonly api: 'offsets'; readonly group: string }
  /** A heartbeat, or with the generation that the member is let into a SyncGroup. */
  | ({ readonly api: 'member'; readonly generation?: number } & GroupMember)
  | { readonly api: 'leave'; readonly group: string; readonly members: readonly string[] }
  | { readonly api: 'delete-groups'; readonly groups: readonly string[] }
  | { readonly api: 'other' };

/** Never throws: of a frame that passes unread only the first bytes are here, and a client id that does not fit counts as none. */
export function readRequestHead(frame: Buffer): RequestHead {
  const reader = new ByteReader(frame, 4);
  const api = reader.int16();
  const version = reader.int16();
  const correlation = reader.int32();
  const length = frame.length < reader.at + 2 ? -1 : reader.int16();
  const fits = length > 0 && reader.at + length <= frame.length;
  const clientId = fits ? reader.text(length) : '';
  return { api, version, correlation, clientId, bodyAt: reader.at };
}

/** The body of a request whose version is readable; throws a `RangeError` when the bytes are not what the protocol says. */
export function readRequest(frame: Buffer, head: RequestHead): RequestBody {
  const reader = new ByteReader(frame, head.bodyAt);
  switch (head.api) {
    case API.produce:
      return readProduce(reader, head.version);
    case API.fetch:
      return { api: 'fetch', positions: readFetch(reader, head.version) };
    case API.offsetCommit:
      return readCommit(reader, head.version);
    case API.joinGroup:
      return readJoin(reader, head.version);
    case API.offsetFetch:
      return { api: 'offsets', group: reader.string() ?? '' };
    case API.heartbeat:
    case API.syncGroup: {
      const group = reader.string() ?? '';
      const generation = reader.int32();
      const member = reader.string() ?? '';
      return { api: 'member', group, member, ...(head.api === API.syncGroup && { generation }) };
    }
    case API.leaveGroup:
      return { api: 'leave', group: reader.string() ?? '', members: readLeavers(reader, head.version) };
    case API.deleteGroups:
      return { api: 'delete-groups', groups: Array.from({ length: reader.count() }, () => reader.string() ?? '') };
    default:
      return { api: 'other' };
  }
}

function readProduce(reader: ByteReader, version: number): RequestBody {
  if (version >= 3) reader.string(); // transactional id
  const acks = reader.int16();
  reader.skip(4); // timeout
  const partitions: PartitionRecords[] = [];
  eachPartition(reader, (topic, partition) => {
    const field = reader.blob();
    partitions.push({ topic, partition, batches: field === null ? [] : readBatches(field) });
  });
  return { api: 'produce', acks, partitions };
}

function readFetch(reader: ByteReader, version: number): FetchPosition[] {
  reader.skip(4 + 4 + 4); // replica, max wait, min bytes
  if (version >= 3) reader.skip(4); // max bytes
  if (version >= 4) reader.skip(1); // isolation level
  if (version >= 7) reader.skip(4 + 4); // session id and epoch (KIP-227)
  const positions: FetchPosition[] = [];
  eachPartition(reader, (topic, partition) => {
    if (version >= 9) reader.skip(4); // leader epoch
    positions.push({ topic, partition, offset: reader.int64() });
    if (version >= 5) reader.skip(8); // log start
    reader.skip(4); // max bytes
  });
  return positions;
}

function readCommit(reader: ByteReader, version: number): RequestBody {
  const group = reader.string() ?? '';
  reader.skip(4); // generation
  const member = reader.string() ?? '';
  if (version >= 7) reader.string(); // group instance id
  if (version <= 4) reader.skip(8); // retention
  const offsets: CommittedOffset[] = [];
  eachPartition(reader, (topic, partition) => {
    offsets.push({ topic, partition, offset: reader.int64() });
    if (version >= 6) reader.skip(4); // leader epoch
    reader.string(); // metadata
  });
  return { api: 'commit', group, member, offsets };
}

function readJoin(reader: ByteReader, version: number): RequestBody {
  const group = reader.string() ?? '';
  reader.skip(4); // session timeout
  if (version >= 1) reader.skip(4); // rebalance timeout
  const member = reader.string() ?? '';
  if (version >= 5) reader.string(); // group instance id
  const isConsumer = reader.string() === 'consumer';
  const topics = new Set<string>();
  for (let left = reader.count(); left > 0; left--) {
    reader.string(); // assignor
    const subscription = reader.blob();
    if (isConsumer && subscription !== null) for (const topic of subscribed(subscription)) topics.add(topic);
  }
  return { api: 'join', group, member, topics: [...topics] };
}

/** One member, and from v3 on several, each with the name of its instance. */
function readLeavers(reader: ByteReader, version: number): string[] {
  if (version < 3) return [reader.string() ?? ''];
  return Array.from({ length: reader.count() }, () => {
    const member = reader.string() ?? '';
    reader.string(); // group instance id
    return member;
  });
}

/** ConsumerProtocolSubscription: version, then the topics. */
function subscribed(bytes: Buffer): string[] {
  const reader = new ByteReader(bytes, 2);
  return Array.from({ length: reader.count() }, () => reader.string() ?? '');
}

/** [topic [partition …]]: the nesting that all of these messages share. */
export function eachPartition(reader: ByteReader, visit: (topic: string, partition: number) => void): void {
  for (let topics = reader.count(); topics > 0; topics--) {
    const topic = reader.string() ?? '';
    for (let partitions = reader.count(); partitions > 0; partitions--) visit(topic, reader.int32());
  }
}
