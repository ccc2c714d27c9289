/** The few messages the wire makes itself: replies in the broker's place, and requests on a connection of its own. */
import { API } from './apis.ts';
import { ByteWriter } from './byte-writer.ts';
import type { CommittedOffset, GroupMember, PartitionRecords, RequestBody, RequestHead } from './requests.ts';

/** As the wire calls itself on its own connections. */
const CLIENT_ID = 'faultline-wire';

/** A Produce reply (v3-8) that refuses every partition with `error`. */
export function produceRefusal(head: RequestHead, partitions: readonly PartitionRecords[], error: number): Buffer {
  const writer = new ByteWriter().int32(head.correlation);
  byTopic(writer, partitions, () => {
    writer.int16(error).int64(-1);
    if (head.version >= 2) writer.int64(-1); // append time
    if (head.version >= 5) writer.int64(-1); // log start
    if (head.version >= 8) writer.int32(0).string(null); // record errors, message
  });
  if (head.version >= 1) writer.int32(0); // throttle
  return writer.frame();
}

/** An OffsetCommit reply (v2-7) with `error` for every partition; 0 says that all was stored. */
export function commitReply(head: RequestHead, offsets: readonly CommittedOffset[], error: number): Buffer {
  const writer = new ByteWriter().int32(head.correlation);
  if (head.version >= 3) writer.int32(0); // throttle
  byTopic(writer, offsets, () => writer.int16(error));
  return writer.frame();
}

/** A Heartbeat reply (v0-3). */
export function heartbeatReply(head: RequestHead, error: number): Buffer {
  const writer = new ByteWriter().int32(head.correlation);
  if (head.version >= 1) writer.int32(0); // throttle
  return writer.int16(error).frame();
}

/** A reply of a group's coordinator that refuses with `error`; undefined for requests that ask it nothing. */
export function groupRefusal(head: RequestHead, body: RequestBody, error: number): Buffer | undefined {
  if (body.api === 'commit') return commitReply(head, body.offsets, error);
  if (head.api === API.heartbeat) return heartbeatReply(head, error);
  const writer = new ByteWriter().int32(head.correlation);
  switch (head.api) {
    case API.findCoordinator: // v0-2
      if (head.version >= 1) writer.int32(0); // throttle
      writer.int16(error);
      if (head.version >= 1) writer.string(null); // error message
      return writer.int32(-1).string('').int32(-1).frame(); // node, host, port
    case API.joinGroup: // v0-5
      if (head.version >= 2) writer.int32(0);
      return writer.int16(error).int32(-1).string('').string('').string('').int32(0).frame(); // generation, protocol, leader, member, members
    case API.syncGroup: // v0-3
      if (head.version >= 1) writer.int32(0);
      return writer.int16(error).int32(0).frame(); // assignment
    case API.offsetFetch: // v2-5; before that there is no error of the whole
      if (head.version < 2) return undefined;
      if (head.version >= 3) writer.int32(0);
      return writer.int32(0).int16(error).frame(); // topics
    default:
      return undefined;
  }
}

/** Produce v7, acks all, one batch for one partition. */
export function produceRequest(correlation: number, topic: string, partition: number, batch: Buffer): Buffer {
  return header(API.produce, 7, correlation)
    .string(null) // transactional id
    .int16(-1)
    .int32(10_000)
    .int32(1)
    .string(topic)
    .int32(1)
    .int32(partition)
    .blob(batch)
    .frame();
}

/** LeaveGroup v1: the coordinator forgets the member at once instead of after its session time-out. */
export function leaveGroupRequest(correlation: number, { group, member }: GroupMember): Buffer {
  return header(API.leaveGroup, 1, correlation).string(group).string(member).frame();
}

function header(api: number, version: number, correlation: number): ByteWriter {
  return new ByteWriter().int16(api).int16(version).int32(correlation).string(CLIENT_ID);
}

/** [topic [partition, rest]], the rest written by `each`. */
function byTopic<T extends { readonly topic: string; readonly partition: number }>(
  writer: ByteWriter,
  partitions: readonly T[],
  each: (partition: T) => void,
): void {
  const topics = Map.groupBy(partitions, ({ topic }) => topic);
  writer.array([...topics], ([topic, members]) => {
    writer.string(topic).array(members, (member) => {
      writer.int32(member.partition);
      each(member);
    });
  });
}
