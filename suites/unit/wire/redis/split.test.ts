/** Redis values in pieces of any size: every byte passes once, in order, and the record is the same; what is none passes unread. */
import { describe, expect, test } from 'vitest';
import type { ExchangeRecord, WireRule } from '../../../../harness/core/index.ts';
import { nameCommand } from '../../../../harness/wire/redis/commands.ts';
import { redisSession } from '../../../../harness/wire/redis/index.ts';
import { edgeOf, pieces, sessionByHand } from '../session-by-hand.ts';

const command = (...words: string[]) =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
const ASKED = Buffer.from(
  [
    ...[command('HELLO', '3'), command('GET', 'a'), 'PING\r\n', command('MGET', 'a', 'b'), command('HGETALL', 'h')],
    ...[command('SET', 'k', 'x\r\n$5\r\n+OK'), command('MULTI'), command('EXEC'), command('BAD')],
  ].join(''),
);
const ANSWERED = Buffer.from(
  [
    ...['%2\r\n+server\r\n+redis\r\n$5\r\nproto\r\n:3\r\n', '$-1\r\n', '+PONG\r\n', '*2\r\n$1\r\nx\r\n_\r\n'],
    ...['>2\r\n+invalidate\r\n*1\r\n$1\r\na\r\n', '%0\r\n', '+OK\r\n', '+OK\r\n'],
    ...['*3\r\n*2\r\n:1\r\n*0\r\n,1.5\r\n~1\r\n#t\r\n', '-ERR unknown command\r\n'],
  ].join(''),
);
const NEVER: WireRule = { id: 'never', edge: 'a->b', trigger: { operation: 'nothing' }, action: { do: 'reset' } };

const seen = (records: readonly unknown[]) =>
  (records as ExchangeRecord[]).map(({ operation, outcome, error, requestBytes, responseBytes }) => [
    ...[operation, outcome, error, requestBytes, responseBytes],
  ]);

describe.each([
  { how: 'with nothing armed', rules: [] },
  { how: 'with a rule armed that never matches', rules: [NEVER] },
])('$how', ({ rules }) => {
  test('every byte passes once and in order, in pieces of any size', () => {
    const run = (size: number) => {
      const hand = sessionByHand(redisSession, edgeOf('redis'), rules);
      for (const piece of pieces(ASKED, size)) hand.session.fromCaller(Buffer.from(piece));
      for (const piece of pieces(ANSWERED, size)) hand.session.fromCallee(Buffer.from(piece));
      return hand;
    };
    const whole = seen(run(1_000_000).records);
    expect(whole.map(([operation, outcome]) => `${operation} ${outcome}`)).toEqual(
      ['HELLO', 'GET a', 'PING', 'MGET a', 'HGETALL h', 'SET k', 'MULTI', 'EXEC', 'BAD'].map(
        (name) => `${name} answered`,
      ),
    );
    expect(whole.at(-1)).toContain('ERR');
    for (const size of [1, 2, 3, 5, 7, 16, 100, 1_000_000]) {
      const hand = run(size);
      expect(hand.toCallee().equals(ASKED)).toBe(true);
      expect(hand.toCaller().equals(ANSWERED)).toBe(true);
      expect(seen(hand.records)).toEqual(whole);
    }
  });

  test.each(['HTTP/1.1 200 OK\r\n\r\n', '*1\r\n$x\r\n', '*99999999999999\r\n', `${'*1\r\n'.repeat(100)}:1\r\n`])(
    'what is no Redis reply passes unread: %j',
    (noise) => {
      const hand = sessionByHand(redisSession, edgeOf('redis'), rules);
      hand.session.fromCaller(Buffer.from(command('GET', 'a')));
      hand.session.fromCallee(Buffer.from(noise));
      hand.session.fromCallee(Buffer.from(noise));
      hand.session.fromCaller(Buffer.from('more'));
      expect(hand.toCaller().toString()).toBe(noise + noise);
      expect(hand.toCallee().toString()).toBe(`${command('GET', 'a')}more`);
      expect(seen(hand.records).map(([, outcome]) => outcome)).toEqual(['open']);
    },
  );
});

test('what a command is called', () => {
  const called = (...words: string[]) => nameCommand(words.map((word) => Buffer.from(word))).operation;
  expect(called('get', 'cart:1')).toBe('GET cart:1');
  expect(called('AUTH', 'user', 'secret')).toBe('AUTH');
  expect(called('client', 'setinfo', 'x')).toBe('CLIENT SETINFO');
  expect(called('EVALSHA', 'abc', '1', 'key')).toBe('EVALSHA key');
  expect(called('EVAL', 'return 1', '0', 'secret')).toBe('EVAL');
  expect(called()).toBe('EMPTY');
});
