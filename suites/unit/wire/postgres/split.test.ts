/** Postgres messages in pieces of any size: every byte passes once, in order, and the record is the same; also pipelined, flushed and copied. */
import { describe, expect, test } from 'vitest';
import type { ExchangeRecord, WireRule } from '../../../../harness/core/index.ts';
import { postgresSession } from '../../../../harness/wire/postgres/index.ts';
import { edgeOf, pieces, sessionByHand } from '../session-by-hand.ts';

const message = (type: string, ...body: (string | Buffer)[]) => {
  const content = Buffer.concat(body.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
};
const int16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const startup = (() => {
  const body = Buffer.concat([int32(196_608), Buffer.from('user\0shop\0\0')]);
  return Buffer.concat([int32(body.length + 4), body]);
})();
const query = (sql: string) => message('Q', `${sql}\0`);
const parse = (name: string, sql: string) => message('P', `${name}\0${sql}\0`, int16(0));
const bind = (name: string, ...values: string[]) =>
  message('B', `\0${name}\0`, int16(0), int16(values.length), ...values.flatMap((v) => [int32(v.length), v]), int16(0));
const execute = message('E', '\0', int32(0));
const sync = message('S');
const flush = message('H');
const ready = (status = 'I') => message('Z', status);
const complete = (tag: string) => message('C', `${tag}\0`);
const failure = message('E', 'SERROR\0VERROR\0C23505\0Mtwice\0\0');
const login = Buffer.concat([message('R', int32(0)), message('S', 'a\0b\0'), ready()]);

const ASKED = Buffer.concat([
  ...[
    startup,
    query('begin'),
    parse('order-place', 'insert into orders values ($1)'),
    bind('order-place', 'x'),
    execute,
  ],
  ...[sync, parse('', 'select 1'), flush, bind('', 'y'.repeat(400)), execute, sync, query('commit'), message('X')],
]);
const ANSWERED = Buffer.concat([
  ...[login, complete('BEGIN'), ready('T'), message('1'), message('2'), complete('INSERT 0 1'), ready('T')],
  ...[message('1'), message('2'), message('D', 'z'.repeat(700)), failure, ready('E'), complete('ROLLBACK'), ready()],
]);
const NEVER: WireRule = { id: 'never', edge: 'a->b', trigger: { operation: 'nothing' }, action: { do: 'reset' } };

function run(size: number, rules: readonly WireRule[]) {
  const hand = sessionByHand(postgresSession, edgeOf('postgres'), rules);
  for (const piece of pieces(ASKED, size)) hand.session.fromCaller(Buffer.from(piece));
  for (const piece of pieces(ANSWERED, size)) hand.session.fromCallee(Buffer.from(piece));
  return hand;
}

const seen = (records: readonly unknown[]) =>
  (records as ExchangeRecord[])
    .filter(({ type }) => type === 'exchange')
    .map(({ operation, outcome, error, requestBytes, responseBytes }) => [
      ...[operation, outcome, error, requestBytes, responseBytes],
    ]);

describe.each([
  { how: 'with nothing armed', rules: [] },
  { how: 'with a rule armed that never matches', rules: [NEVER] },
])('$how', ({ rules }) => {
  test('every byte passes once and in order, in pieces of any size', () => {
    const whole = seen(run(1_000_000, []).records);
    expect(whole.map(([operation]) => operation)).toEqual(['CONNECT', 'BEGIN', 'order-place', 'SELECT', 'COMMIT']);
    expect(whole[3]).toContain('23505');
    for (const size of [1, 2, 3, 4, 5, 6, 7, 11, 64, 500, 1_000_000]) {
      const hand = run(size, rules);
      expect(hand.toCallee().equals(ASKED)).toBe(true);
      expect(hand.toCaller().equals(ANSWERED)).toBe(true);
      expect(seen(hand.records)).toEqual(whole);
    }
  });
});

test('a rule that is armed in mid-message acts from the next exchange on', () => {
  const reset: WireRule = { id: 'r', edge: 'a->b', trigger: { operation: 'COMMIT' }, action: { do: 'reset' } };
  const hand = sessionByHand(postgresSession, edgeOf('postgres'), [reset]);
  hand.session.fromCaller(startup);
  hand.session.fromCallee(login);
  hand.session.fromCaller(Buffer.concat([query('begin'), query('commit')]));
  expect(hand.toCallee().equals(Buffer.concat([startup, query('begin')]))).toBe(true);
  expect(hand.ends).toEqual(['reset']);
});

test('one of several pipelined exchanges fails, and each reply stays with its own', () => {
  const action = { do: 'postgres-error', sqlstate: '40001', message: 'no' } as const;
  const rule: WireRule = { id: 'r', edge: 'a->b', trigger: { operation: 'b' }, action };
  const hand = sessionByHand(postgresSession, edgeOf('postgres'), [rule]);
  hand.session.fromCaller(startup);
  hand.session.fromCallee(login);
  for (const name of ['a', 'b', 'c']) {
    hand.session.fromCaller(Buffer.concat([parse(name, 'insert into t values (1)'), bind(name), execute, sync]));
  }
  const fine = Buffer.concat([message('1'), message('2'), complete('INSERT 0 1'), ready()]);
  const portalGone = message('E', 'SERROR\0VERROR\0C34000\0Mno such portal\0\0');
  for (const piece of pieces(Buffer.concat([fine, message('1'), message('2'), portalGone, ready(), fine]), 3)) {
    hand.session.fromCallee(Buffer.from(piece));
  }
  expect(hand.toCaller().toString('latin1')).not.toContain('34000');
  expect(seen(hand.records).map(([operation, outcome, error]) => [operation, outcome, error])).toEqual([
    ['CONNECT', 'answered', undefined],
    ['a', 'answered', undefined],
    ['b', 'answered', '40001'],
    ['c', 'answered', undefined],
  ]);
});

test('a copy into a table by a plain query is one exchange', () => {
  const hand = sessionByHand(postgresSession, edgeOf('postgres'), [NEVER]);
  const rows = Buffer.concat([message('d', '1\ta\n'.repeat(5_000)), message('c')]);
  hand.session.fromCaller(Buffer.concat([startup, query('copy things from stdin')]));
  hand.session.fromCallee(Buffer.concat([login, message('G', Buffer.from([0]), int16(0))]));
  hand.session.fromCaller(rows);
  hand.session.fromCallee(Buffer.concat([complete('COPY 5000'), ready()]));
  expect(hand.toCallee().subarray(-rows.length).equals(rows)).toBe(true);
  expect(seen(hand.records).map(([operation, outcome]) => [operation, outcome])).toEqual([
    ['CONNECT', 'answered'],
    ['COPY things', 'answered'],
  ]);
});

test('what is no Postgres passes unread, and so does everything after it', () => {
  for (const rules of [[], [NEVER]]) {
    const hand = sessionByHand(postgresSession, edgeOf('postgres'), rules);
    hand.session.fromCaller(startup);
    hand.session.fromCallee(login);
    const noise = Buffer.from('\xff\xff\xff\xff\xff\xffwhat is this');
    hand.session.fromCaller(Buffer.concat([query('begin'), noise]));
    hand.session.fromCaller(noise);
    hand.session.fromCallee(noise);
    expect(hand.toCallee().equals(Buffer.concat([startup, query('begin'), noise, noise]))).toBe(true);
    expect(hand.toCaller().equals(Buffer.concat([login, noise]))).toBe(true);
    expect(seen(hand.records).map(([, outcome]) => outcome)).toEqual(['answered', 'open']);
  }
});
