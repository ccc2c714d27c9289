/** A Kafka session on a bench: fed by hand, what it sends and records is kept; rules, holds and lag are the wire's own. */
import { type ExchangeRecord, fakeClock, type HistoryRecord, type WireAction } from '../../../../harness/core/index.ts';
import { createHolds } from '../../../../harness/wire/holds.ts';
import type { Session, WireEdge } from '../../../../harness/wire/index.ts';
import { kafkaSession } from '../../../../harness/wire/kafka/index.ts';
import { lagTracker } from '../../../../harness/wire/lag.ts';
import { createOpenExchanges } from '../../../../harness/wire/open-exchanges.ts';
import { createRules } from '../../../../harness/wire/rule-book.ts';

export const EDGE: WireEdge = {
  id: 'payment->kafka',
  caller: 'payment',
  callee: 'kafka',
  protocol: 'kafka',
  listenHost: '127.0.0.1',
  listenPort: 4242,
  upstreamHost: '127.0.0.1',
  upstreamPort: 9092,
};

/** Connections of the same `edge` object share what they know. */
export function sessionBench(edge: WireEdge = { ...EDGE }) {
  const clock = fakeClock();
  const recorded: HistoryRecord[] = [];
  const record = (one: HistoryRecord) => void recorded.push(one);
  const rules = createRules(clock.now, record);
  const holds = createHolds(clock);
  const open = createOpenExchanges(clock.now);
  const lag = lagTracker();
  const toCallee: Buffer[] = [];
  const toCaller: Buffer[] = [];
  const ends: string[] = [];
  const neverCut = new AbortController().signal;
  const session: Session = kafkaSession({
    edge,
    connection: 1,
    rules: rules.book(edge.id),
    lag,
    now: clock.now,
    record,
    toCallee: (bytes) => void toCallee.push(Buffer.from(bytes)),
    toCaller: (bytes) => void toCaller.push(Buffer.from(bytes)),
    resetCaller: () => void ends.push('reset caller'),
    endCaller: () => void ends.push('end caller'),
    endCallee: () => void ends.push('end callee'),
    hold: (rule, facts) => holds.hold(rule, facts),
    opened: (facts) => open.opened(edge.id, facts),
    wait: (rule, delayMs) => holds.wait(rule, delayMs, neverCut),
    dialCallee: () => ({ write: () => undefined, close: () => undefined }),
  });
  return {
    edge,
    session,
    clock,
    holds,
    lag,
    open,
    toCallee,
    toCaller,
    ends,
    recorded,
    arm: (id: string, action: WireAction, trigger: object = {}) => rules.arm({ id, edge: edge.id, trigger, action }),
    disarm: (id: string) => {
      rules.disarm(id);
      holds.healed(id);
    },
    hits: (id: string) => rules.hits(id).hits,
    exchanges: () => recorded.filter((one): one is ExchangeRecord => one.type === 'exchange'),
  };
}

/** Lets promises that are settled run on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
