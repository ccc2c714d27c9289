/** What all Kafka connections of one edge know together: a client fetches, commits and heartbeats on sockets of its own. */
import type { LagTracker } from '../lag.ts';
import type { RecordFacts } from './record-facts.ts';
import type { GroupMember } from './requests.ts';

/** Why a frame or batch was not read. */
export type Unread = 'too-large' | 'version' | 'malformed' | 'old-format' | 'compression';

export interface EdgeState {
  /** A JoinGroup: from now on what this client fetches of these topics is for the group. (Fetch itself names no group.) */
  joined(clientId: string, group: string, topics: readonly string[]): void;
  groupOf(clientId: string, topic: string): string | undefined;
  /** A member was seen to speak for itself. */
  memberSeen(clientId: string, member: GroupMember): void;
  membersOf(clientId: string): readonly GroupMember[];
  /** A record was given to a group; it waits for its commit. Going back in a partition forgets what came after. */
  delivered(group: string, record: RecordFacts): void;
  /** Records given to the group and not committed before, which a commit of `offset` covers. */
  coveredBy(group: string, topic: string, partition: number, offset: number): readonly RecordFacts[];
  /** A commit was acknowledged. */
  committed(lag: LagTracker | undefined, group: string, topic: string, partition: number, offset: number): void;
  /** The next heartbeat of the member is to be answered with `error`. */
  failHeartbeat(member: GroupMember, error: number): void;
  takeHeartbeatError(member: GroupMember): number | undefined;
  unread(why: Unread): void;
  /** How many frames or batches were not read, by reason. */
  readonly unreadCounts: Readonly<Partial<Record<Unread, number>>>;
}

/** Records kept per group and partition while they wait for their commit. */
const MOST_UNCOMMITTED = 5_000;

export function createEdgeState(onFirstUnread: (why: Unread) => void): EdgeState {
  const groups = new Map<string, string>();
  const members = new Map<string, Map<string, GroupMember>>();
  const uncommitted = new Map<string, RecordFacts[]>();
  const heartbeatErrors = new Map<string, number>();
  const unreadCounts: Partial<Record<Unread, number>> = {};

  const place = (group: string, topic: string, partition: number) => `${partition}/${topic}\n${group}`;
  const nameOf = ({ group, member }: GroupMember) => `${member}\n${group}`;

  return {
    unreadCounts,
    joined(clientId, group, topics) {
      for (const topic of topics) groups.set(`${topic}\n${clientId}`, group);
    },
    groupOf: (clientId, topic) => groups.get(`${topic}\n${clientId}`),
    memberSeen(clientId, member) {
      if (member.member === '') return;
      const known = members.get(clientId) ?? new Map<string, GroupMember>();
      members.set(clientId, known.set(member.group, member));
    },
    membersOf: (clientId) => [...(members.get(clientId)?.values() ?? [])],
    delivered(group, record) {
      const key = place(group, record.topic, record.partition);
      const waiting = uncommitted.get(key) ?? [];
      while (waiting.length > 0 && (waiting.at(-1) as RecordFacts).offset >= record.offset) waiting.pop();
      if (waiting.push(record) > MOST_UNCOMMITTED) waiting.shift();
      uncommitted.set(key, waiting);
    },
    coveredBy: (group, topic, partition, offset) =>
      (uncommitted.get(place(group, topic, partition)) ?? []).filter((record) => record.offset < offset),
    committed(lag, group, topic, partition, offset) {
      const key = place(group, topic, partition);
      const waiting = uncommitted.get(key);
      if (waiting !== undefined) {
        const rest = waiting.filter((record) => record.offset >= offset);
        if (rest.length === 0) uncommitted.delete(key);
        else uncommitted.set(key, rest);
      }
      lag?.committed(group, topic, partition, offset);
    },
    failHeartbeat: (member, error) => void heartbeatErrors.set(nameOf(member), error),
    takeHeartbeatError(member) {
      const name = nameOf(member);
      const error = heartbeatErrors.get(name);
      if (error !== undefined) heartbeatErrors.delete(name);
      return error;
    },
    unread(why) {
      unreadCounts[why] = (unreadCounts[why] ?? 0) + 1;
      if (unreadCounts[why] === 1) onFirstUnread(why);
    },
  };
}
