/** Sets a group's offsets back: its member is made to join again, and the offsets it is then told lie further back. */
import type { WireRule } from '../../core/index.ts';
import type { RuleBook } from '../session.ts';
import { matches } from '../trigger.ts';
import { API } from './apis.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { Exchange } from './exchange.ts';
import { eachPartition } from './requests.ts';
import { type Splice, spliced } from './rewrite.ts';

const REBALANCE_IN_PROGRESS = 27;

/** By rule: the members that were made to join again. */
const CALLED = new WeakMap<WireRule, Set<string>>();

/** The error for a heartbeat of a member that shall join again; once for each rule and member. */
export function rewindCall(rules: RuleBook, { facts, member }: Exchange): number | undefined {
  if (!rules.armed || member === undefined) return undefined;
  for (const rule of rules.list()) {
    if (rule.action.do !== 'kafka-rewind' || !isForGroup(rule, facts.group)) continue;
    const called = CALLED.get(rule) ?? new Set();
    CALLED.set(rule, called);
    if (called.has(member.group)) continue;
    called.add(member.group);
    return REBALANCE_IN_PROGRESS;
  }
  return undefined;
}

/** The OffsetFetch reply with offsets further back, where a rule says so; the same frame otherwise. */
export function rewoundOffsets(rules: RuleBook, exchange: Exchange, frame: Buffer): Buffer {
  const { head, facts } = exchange;
  if (head.api !== API.offsetFetch) return frame;
  const reader = new ByteReader(frame, 8);
  if (head.version >= 3) reader.skip(4); // throttle
  const splices: Splice[] = [];
  eachPartition(reader, (topic, partition) => {
    const from = reader.at;
    const offset = reader.int64();
    if (head.version >= 5) reader.skip(4); // leader epoch
    reader.string(); // metadata
    reader.skip(2); // error
    if (offset <= 0) return;
    const rule = rules.claim({ ...facts, topic }, ({ action }) => action.do === 'kafka-rewind');
    if (rule?.action.do !== 'kafka-rewind') return;
    const back = Math.max(0, offset - rule.action.records);
    rules.hit(rule, { detail: `${facts.group} reads ${topic}/${partition} from ${back} instead of ${offset}` });
    exchange.fault = rule.id;
    splices.push({ from, to: from + 8, bytes: new ByteWriter().int64(back).done() });
  });
  return splices.length === 0 ? frame : spliced(frame, splices);
}

/** The topic is known only when the offsets are told. */
function isForGroup({ trigger }: WireRule, group: string | undefined): boolean {
  const { operation: _, topic: __, ...rest } = trigger;
  return matches(rest, { operation: 'Heartbeat', header: () => undefined, ...(group !== undefined && { group }) });
}
