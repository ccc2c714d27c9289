/** Streams of requests and replies for property tests, and a session fed with them in memory. */
import fc from 'fast-check';
import type { ExchangeRecord, HistoryRecord, WireRule } from '../../../../harness/core/index.ts';
import { httpSession } from '../../../../harness/wire/http/session.ts';
import { createRules } from '../../../../harness/wire/rule-book.ts';
import { EDGE } from '../rig.ts';

/** One exchange as both peers write it, and what the wire should make of it. */
export interface Scripted {
  readonly request: string;
  readonly interim: string;
  readonly reply: string;
  readonly operation: string;
  readonly status: number;
}

const words = fc.constantFrom('', 'x', 'hello', '\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n', '0\r\n\r\n', 'y'.repeat(200));
const newline = fc.constantFrom('\r\n', '\n');

const body = fc.record({ pieces: fc.array(words, { maxLength: 4 }), chunked: fc.boolean(), trailer: fc.boolean() });

function framed({ pieces, chunked, trailer }: { pieces: readonly string[]; chunked: boolean; trailer: boolean }) {
  if (!chunked) return { header: `Content-Length: ${pieces.join('').length}\r\n`, text: pieces.join('') };
  const chunks = pieces
    .filter((piece) => piece !== '')
    .map((piece) => `${piece.length.toString(16)};a=b\r\n${piece}\r\n`);
  return {
    header: 'transfer-encoding: gzip, Chunked\r\n',
    text: `${chunks.join('')}0\r\n${trailer ? 'x-sum: 1\r\n' : ''}\r\n`,
  };
}

export const scripted: fc.Arbitrary<Scripted> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'HEAD', 'DELETE'),
    path: fc.constantFrom('/a', '/orders/7?x=1', '/b#c'),
    body,
    status: fc.constantFrom(200, 204, 304, 201, 404, 503),
    answer: body,
    continued: fc.boolean(),
    hints: fc.boolean(),
    blank: fc.boolean(),
    newline,
  })
  .map(({ method, path, body, status, answer, continued, hints, blank, newline }) => {
    const withBody = method === 'POST';
    const sent = framed(body);
    const given = framed(answer);
    const silent = method === 'HEAD' || status === 204 || status === 304;
    const head = [`${method} ${path} HTTP/1.1`, 'Host: o', 'X-Correlation-ID: c', `Idempotency-Key: k${path}`, ''].join(
      newline,
    );
    return {
      request: `${blank ? '\r\n' : ''}${head}${withBody ? sent.header : ''}\r\n${withBody ? sent.text : ''}`,
      interim: `${continued ? 'HTTP/1.1 100 Continue\r\n\r\n' : ''}${hints ? 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n' : ''}`,
      reply: `HTTP/1.1 ${status} Fine\r\n${status === 204 ? '' : given.header}\r\n${silent ? '' : given.text}`,
      operation: `${method} ${path.split(/[?#]/)[0]}`,
      status,
    };
  });

/** One session with a context in memory: what it passed and recorded. */
export function sessionInMemory(rules: readonly WireRule[] = []) {
  const records: HistoryRecord[] = [];
  const passed = { toCallee: '', toCaller: '' };
  const book = createRules(
    () => 0,
    (record) => records.push(record),
  );
  for (const rule of rules) book.arm(rule);
  const edge = {
    id: EDGE,
    caller: 'a',
    callee: 'b',
    protocol: 'http',
    listenHost: '',
    listenPort: 1,
    upstreamHost: '',
    upstreamPort: 1,
  };
  const session = httpSession({
    edge: edge as never,
    connection: 1,
    rules: book.book(EDGE),
    now: () => 0,
    record: (record) => records.push(record),
    toCallee: (bytes) => {
      passed.toCallee += Buffer.from(bytes).toString('latin1');
    },
    toCaller: (bytes) => {
      passed.toCaller += Buffer.from(bytes).toString('latin1');
    },
    resetCaller: () => undefined,
    endCaller: () => undefined,
    endCallee: () => undefined,
    hold: () => Promise.resolve({ how: 'forward', leaveGroup: false }),
    opened: () => () => undefined,
    dialCallee: () => ({ write: () => undefined, close: () => undefined }),
    wait: () => Promise.resolve('over'),
    throttle: () => undefined,
  });
  return {
    session,
    passed,
    arm: book.arm,
    disarm: book.disarm,
    exchanges: () => records.filter((r): r is ExchangeRecord => r.type === 'exchange'),
  };
}

/** Cuts a text at the given places (fractions of its length). */
export function cut(text: string, places: readonly number[]): string[] {
  const at = [...new Set([0, ...places.map((place) => Math.floor(place * text.length)), text.length])].sort(
    (a, b) => a - b,
  );
  return at
    .slice(1)
    .map((end, index) => text.slice(at[index], end))
    .filter((piece) => piece !== '');
}
