/** What happens to a reply that is held because a rule is armed: records copied or batches doubled first, then passed, delayed, or lost. */
import type { WireRule } from '../../core/index.ts';
import { copyRecord } from './copy-record.ts';
import type { Exchange } from './exchange.ts';
import { editFetch } from './fetch-edits.ts';
import type { Line } from './line.ts';
import { actsAfter, claimFrame } from './matching.ts';
import { factsOfRecord, type RecordFacts } from './record-facts.ts';
import { repeatBatches } from './repeat-batch.ts';
import { type ReplyBody, safeReply } from './replies.ts';
import { delayed, detailOf, held } from './request-actions.ts';
import { rewoundOffsets } from './rewind.ts';

/** How long a reader waits for a reply that lacks what is kept back: it would else ask again without end. */
const KEPT_BACK_MS = 50;

export function actOnReply(line: Line, exchange: Exchange, frame: Buffer, reply: ReplyBody): void | Promise<void> {
  const { rules } = line.context;
  if (!rules.armed || line.over) return line.deliver(exchange, frame, reply);
  if (reply.api === 'fetch') {
    const reader = readerOf(line, exchange);
    const { frame: edited, keptBack } = editFetch(rules, exchange, frame, reply, reader);
    if (edited !== frame) {
      const rest = safeReply(line.state, edited, exchange.head);
      if (keptBack === undefined) return line.deliver(exchange, edited, rest);
      return delayed(line, keptBack, KEPT_BACK_MS).then(() => line.deliver(exchange, edited, rest));
    }
    const out = repeatBatches(rules, exchange, frame, reply, reader);
    return finish(line, exchange, out, reply, fetched(line, exchange, reply));
  }
  const rewound = rewoundOffsets(rules, exchange, frame);
  if (rewound !== frame) return line.deliver(exchange, rewound, safeReply(line.state, rewound, exchange.head));
  const copies = reply.api === 'produce' ? claimCopies(line, exchange, reply) : [];
  if (copies.length === 0) return finish(line, exchange, frame, reply, exchange.items);
  return copyAll(line, copies).then(() => finish(line, exchange, frame, reply, exchange.items));
}

interface Copy {
  readonly rule: WireRule;
  readonly item: RecordFacts;
}

function claimCopies(line: Line, exchange: Exchange, reply: ReplyBody & { readonly api: 'produce' }): Copy[] {
  const copies: Copy[] = [];
  for (const item of exchange.items as readonly RecordFacts[]) {
    const stored = reply.partitions.some(
      ({ topic, partition, error }) => error === 0 && partition === item.partition && topic === item.topic,
    );
    const rule = stored ? line.context.rules.claim(item, putsAnother) : undefined;
    if (rule !== undefined) copies.push({ rule, item });
  }
  return copies;
}

function putsAnother({ action }: WireRule): boolean {
  return action.do === 'kafka-copy' || action.do === 'kafka-poison';
}

/** The producer hears of its own record when the copies stand behind it, so that what it does next comes after both. */
async function copyAll(line: Line, copies: readonly Copy[]): Promise<void> {
  await Promise.all(copies.map(({ rule, item }) => copyRecord(line.context, line.own, rule, item)));
}

function finish(
  line: Line,
  exchange: Exchange,
  frame: Buffer,
  reply: ReplyBody,
  items: Parameters<typeof claimFrame>[2],
): void | Promise<void> {
  const claimed = claimFrame(line.context.rules, exchange.facts, items, actsAfter(exchange, reply.error));
  const deliver = () => line.deliver(exchange, frame, reply);
  if (claimed === undefined) return deliver();
  const { rule, facts } = claimed;
  exchange.fault = rule.id;
  line.context.rules.hit(rule, { case: facts.case, detail: detailOf(exchange, facts) });
  switch (rule.action.do) {
    case 'delay':
      return delayed(line, rule, rule.action.delayMs).then(deliver);
    case 'hold':
      exchange.lostReply = reply;
      return held(line, exchange, rule, facts, deliver);
    case 'lost-reply':
      if (!rule.action.silent) return line.breakOff(exchange, reply);
      // It waits for ever: whoever ends the connection ends it.
      exchange.lostReply = reply;
      return line.talk.waits(exchange);
    default:
      return line.breakOff(exchange, reply);
  }
}

/** Facts of each record a Fetch reply brings. */
function fetched(line: Line, exchange: Exchange, reply: ReplyBody & { readonly api: 'fetch' }): RecordFacts[] {
  const { operation } = exchange.facts;
  const reader = readerOf(line, exchange);
  return reply.partitions.flatMap(({ topic, partition, batches }) => {
    const group = reader.groupOf(topic);
    const from = reader.readsFrom(topic, partition);
    const records = batches.flatMap((batch) => batch.records).filter((record) => record.offset >= from);
    return records.map((record) =>
      factsOfRecord(record, { operation, topic, partition, offset: record.offset, group }),
    );
  });
}

function readerOf({ state, talk }: Line, { head }: Exchange) {
  return {
    groupOf: (topic: string) => state.groupOf(head.clientId, topic),
    readsFrom: (topic: string, partition: number) => talk.positions.get(`${partition}/${topic}`) ?? 0,
  };
}
