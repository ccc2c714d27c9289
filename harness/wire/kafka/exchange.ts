/** One request on a Kafka connection from its first byte to its end, and the facts rules are matched against. */
import type { ExchangeFacts, SessionContext } from '../session.ts';
import { API, apiName, isReadable } from './apis.ts';
import type { EdgeState } from './edge-state.ts';
import type { RecordBatch } from './record-batch.ts';
import { factsOfRecord, factsOfTopic, type RecordFacts, shared } from './record-facts.ts';
import type { ReplyBody } from './replies.ts';
import { type FetchPosition, type GroupMember, type RequestBody, type RequestHead, readRequest } from './requests.ts';

export interface Exchange {
  readonly head: RequestHead;
  readonly body: RequestBody;
  /** When its first byte was seen, epoch ms. */
  readonly at: number;
  readonly requestBytes: number;
  /** Facts of the frame as a whole. */
  readonly facts: ExchangeFacts;
  /** Facts of what it carries: the records of a Produce, the records a commit covers, else the topics it names. */
  readonly items: readonly ExchangeFacts[];
  readonly group?: string;
  readonly member?: GroupMember;
  readonly expectsReply: boolean;
  /** The broker got it. */
  forwarded: boolean;
  /** Id of the rule that acted on it. */
  fault?: string;
  /** Made by the wire in the broker's place. */
  ownReply?: Buffer;
  /** The reply that came although the caller never gets it. */
  lostReply?: ReplyBody;
  /** Batches of the reply that were doubled, and by which rule. */
  repeated?: Map<RecordBatch, string>;
  /** Takes it off the list of open exchanges. */
  readonly close: () => void;
}

export interface RequestSeen {
  readonly head: RequestHead;
  /** The whole frame; undefined for one that passed unread. */
  readonly frame?: Buffer;
  readonly requestBytes: number;
  readonly at: number;
}

/** Reads the request and works out whom it is for. Nothing here throws: what cannot be read is counted and passes as `other`. */
export function openExchange(context: SessionContext, state: EdgeState, seen: RequestSeen): Exchange {
  const { head } = seen;
  const body = bodyOf(state, seen);
  const operation = apiName(head.api);
  const member = 'member' in body ? { group: body.group, member: body.member } : undefined;
  const group = groupOf(state, head.clientId, body);
  learn(state, head.clientId, body, member);
  const items = itemsOf(state, operation, body, group);
  if (body.api === 'produce') learnKeys(context, operation, items);
  const facts: ExchangeFacts = {
    operation,
    group,
    topic: shared(items, (item) => item.topic),
    case: shared(items, (item) => item.case),
    key: shared(items, (item) => item.key),
    header: (name) => shared(items, (item) => item.header(name)),
  };
  return {
    head,
    body,
    at: seen.at,
    requestBytes: seen.requestBytes,
    facts,
    items,
    group,
    member,
    expectsReply: body.api !== 'produce' || body.acks !== 0,
    forwarded: false,
    close: context.opened(facts),
  };
}

function bodyOf(state: EdgeState, { head, frame }: RequestSeen): RequestBody {
  if (frame === undefined || head.api === API.apiVersions) return { api: 'other' };
  if (!isReadable(head.api, head.version)) {
    if (head.api <= API.syncGroup) state.unread('version');
    return { api: 'other' };
  }
  try {
    return readRequest(frame, head);
  } catch {
    state.unread('malformed');
    return { api: 'other' };
  }
}

function groupOf(state: EdgeState, clientId: string, body: RequestBody): string | undefined {
  if ('group' in body) return body.group;
  if (body.api !== 'fetch') return undefined;
  return shared(body.positions, ({ topic }: FetchPosition) => state.groupOf(clientId, topic));
}

function learn(state: EdgeState, clientId: string, body: RequestBody, member: GroupMember | undefined): void {
  if (member !== undefined) state.memberSeen(clientId, member);
  if (body.api === 'join') state.joined(clientId, body.group, body.topics);
}

function itemsOf(state: EdgeState, operation: string, body: RequestBody, group?: string): readonly ExchangeFacts[] {
  switch (body.api) {
    case 'produce':
      return producedRecords(state, operation, body);
    case 'commit':
      return body.offsets.flatMap(({ topic, partition, offset }): ExchangeFacts[] => {
        const covered = state.coveredBy(body.group, topic, partition, offset);
        if (covered.length === 0) return [factsOfTopic(operation, topic, group)];
        return covered.map((record) => ({ ...record, operation, group }));
      });
    case 'fetch': {
      const topics = new Set<string>();
      for (const { topic } of body.positions) topics.add(topic);
      return [...topics].map((topic) => factsOfTopic(operation, topic, group));
    }
    case 'join':
      return body.topics.map((topic) => factsOfTopic(operation, topic, group));
    default:
      return [];
  }
}

/** The records of a Produce in the order of the frame; their offsets count from 0 in each partition. */
function producedRecords(
  state: EdgeState,
  operation: string,
  body: RequestBody & { readonly api: 'produce' },
): readonly RecordFacts[] {
  const items: RecordFacts[] = [];
  for (const { topic, partition, batches } of body.partitions) {
    let offset = 0;
    for (const batch of batches) {
      if (batch.unread !== undefined) state.unread(batch.unread);
      for (const record of batch.records) {
        items.push(factsOfRecord(record, { operation, topic, partition, offset: offset++ }));
      }
    }
  }
  return items;
}

/** A record that names its trace says whose its key is, where the topology declares that. */
function learnKeys({ links }: SessionContext, operation: string, items: readonly ExchangeFacts[]): void {
  for (const { key, case: caseId, topic } of links === undefined ? [] : items) {
    if (key === undefined || caseId === undefined) continue;
    if (links?.places(operation, topic).includes('key')) links.learn(key, caseId);
  }
}
