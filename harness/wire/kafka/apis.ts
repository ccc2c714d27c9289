/** The Kafka APIs by key: their names, the highest version the wire lets a client use, and those it hides. */

/** API keys the wire looks into (Kafka protocol guide, "The Messages"). */
export const API = {
  produce: 0,
  fetch: 1,
  metadata: 3,
  offsetCommit: 8,
  offsetFetch: 9,
  findCoordinator: 10,
  joinGroup: 11,
  heartbeat: 12,
  leaveGroup: 13,
  syncGroup: 14,
  apiVersions: 18,
  deleteGroups: 42,
} as const;

const NAMES: Readonly<Record<number, string>> = {
  0: 'Produce',
  1: 'Fetch',
  2: 'ListOffsets',
  3: 'Metadata',
  8: 'OffsetCommit',
  9: 'OffsetFetch',
  10: 'FindCoordinator',
  11: 'JoinGroup',
  12: 'Heartbeat',
  13: 'LeaveGroup',
  14: 'SyncGroup',
  15: 'DescribeGroups',
  16: 'ListGroups',
  17: 'SaslHandshake',
  18: 'ApiVersions',
  19: 'CreateTopics',
  20: 'DeleteTopics',
  21: 'DeleteRecords',
  22: 'InitProducerId',
  23: 'OffsetForLeaderEpoch',
  24: 'AddPartitionsToTxn',
  25: 'AddOffsetsToTxn',
  26: 'EndTxn',
  28: 'TxnOffsetCommit',
  32: 'DescribeConfigs',
  33: 'AlterConfigs',
  36: 'SaslAuthenticate',
  37: 'CreatePartitions',
  42: 'DeleteGroups',
  44: 'IncrementalAlterConfigs',
  47: 'OffsetDelete',
};

/** `Produce`, or `Api 99` for a key without a name here. */
export function apiName(key: number): string {
  return NAMES[key] ?? `Api ${key}`;
}

/**
 * Highest versions a client is offered: the last ones before "flexible versions" (KIP-482), so that one set of readers does for all.
 * A client that speaks any broker of the 2.1-4.x line has these; the lowest versions of Kafka 4 (KIP-896) lie below them.
 * Later ones would also bring topics named by id (Fetch 13, KIP-516) and broker addresses inside Produce and Fetch replies (KIP-951).
 */
const HIGHEST: ReadonlyMap<number, number> = new Map([
  [API.produce, 8],
  [API.fetch, 11],
  [2, 5],
  [API.metadata, 8],
  [API.offsetCommit, 7],
  [API.offsetFetch, 5],
  [API.findCoordinator, 2],
  [API.joinGroup, 5],
  [API.heartbeat, 3],
  [API.leaveGroup, 3],
  [API.syncGroup, 3],
  [28, 2],
  [API.deleteGroups, 1],
]);

/**
 * Not offered at all. They give broker addresses away where the wire does not mend them (DescribeQuorum 55, DescribeCluster 60; clients fall
 * back to Metadata), or run consumer groups in ways the wire does not follow (KIP-848: 68, 69; share groups, KIP-932: 76-79, 83-92; streams
 * groups, KIP-1071: 88, 89); clients fall back to the classic group protocol.
 */
const HIDDEN: ReadonlySet<number> = new Set([55, 60, 68, 69, 76, 77, 78, 79, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92]);

/** The highest version of an API that a client may use through the wire, or undefined when the API is not offered. */
export function highestOffered(key: number, brokerLowest: number, brokerHighest: number): number | undefined {
  if (HIDDEN.has(key)) return undefined;
  const offered = Math.min(brokerHighest, HIGHEST.get(key) ?? brokerHighest);
  return offered < brokerLowest ? undefined : offered;
}

/** True where the wire can read this version of the API. */
export function isReadable(key: number, version: number): boolean {
  return version <= (HIGHEST.get(key) ?? -1);
}
