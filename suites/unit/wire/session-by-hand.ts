/** A session fed by hand, without sockets: what goes in comes out, and is on record, however it is cut into pieces. */
import type { HistoryRecord, WireRule } from '../../../harness/core/index.ts';
import type { SessionContext, SessionFactory, WireEdge } from '../../../harness/wire/index.ts';
import { createRules } from '../../../harness/wire/rule-book.ts';

export interface HandSession {
  readonly toCallee: () => Buffer;
  readonly toCaller: () => Buffer;
  readonly records: HistoryRecord[];
  readonly session: ReturnType<SessionFactory>;
  /** `reset`, `endCaller`, `endCallee`, in order. */
  readonly ends: string[];
}

/** `edge` is the object by which sessions of one edge know each other. */
export function sessionByHand(factory: SessionFactory, edge: WireEdge, rules: readonly WireRule[] = []): HandSession {
  const records: HistoryRecord[] = [];
  const out: { callee: Uint8Array[]; caller: Uint8Array[] } = { callee: [], caller: [] };
  const ends: string[] = [];
  const book = createRules(
    () => 1,
    (record) => records.push(record),
  );
  for (const rule of rules) book.arm(rule);
  const context: SessionContext = {
    edge,
    connection: 1,
    rules: book.book(edge.id),
    now: () => 1,
    record: (record) => void records.push(record),
    toCallee: (bytes) => void out.callee.push(Uint8Array.from(bytes)),
    toCaller: (bytes) => void out.caller.push(Uint8Array.from(bytes)),
    resetCaller: () => void ends.push('reset'),
    endCaller: () => void ends.push('endCaller'),
    endCallee: () => void ends.push('endCallee'),
    hold: async () => ({ how: 'forward', leaveGroup: false }),
    opened: () => () => undefined,
    dialCallee: () => ({ write: () => undefined, close: () => undefined }),
    wait: async () => 'over',
    throttle: () => undefined,
  };
  return {
    session: factory(context),
    records,
    ends,
    toCallee: () => Buffer.concat(out.callee),
    toCaller: () => Buffer.concat(out.caller),
  };
}

export function edgeOf(protocol: WireEdge['protocol']): WireEdge {
  const ends = { listenHost: '127.0.0.1', listenPort: 1, upstreamHost: '127.0.0.1', upstreamPort: 2 };
  return { id: 'a->b', caller: 'a', callee: 'b', protocol, ...ends };
}

/** The bytes in pieces of so many. */
export function* pieces(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
