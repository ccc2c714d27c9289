/** SMTP in pieces of any size: every byte passes once, in order, and the record is the same. */
import { expect, test } from 'vitest';
import type { ExchangeRecord, WireRule } from '../../../../harness/core/index.ts';
import { smtpSession } from '../../../../harness/wire/smtp/index.ts';
import { edgeOf, pieces, sessionByHand } from '../session-by-hand.ts';

const MAIL = 'X-Order-Id: one\r\nSubject: a\r\n b\r\n\r\n..\r\n.x\r\nlast\r\n.\r\n';
/** What the client says, what the server answers. */
const TALK: readonly (readonly [string, string])[] = [
  ['', '220-hello\r\n220 there\r\n'],
  ['EHLO me\r\n', '250-one\r\n250 two\r\n'],
  ['MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\n', '250 ok\r\n250 ok\r\n354 go\r\n'],
  [MAIL, '250 taken\r\n'],
  ['mail from:<a>\r\n', '250 ok\r\n'],
  ['RCPT TO:<b>\r\n', '250 ok\r\n'],
  ['DATA\r\n', '354 go\r\n'],
  ['.\r\n', '550 empty\r\n'],
  ['RSET\r\n', '250 ok\r\n'],
  ['QUIT\r\n', '221 bye\r\n'],
];
const NEVER: WireRule = { id: 'never', edge: 'a->b', trigger: { operation: 'nothing' }, action: { do: 'reset' } };

function run(size: number, rules: readonly WireRule[]) {
  const hand = sessionByHand(smtpSession, edgeOf('smtp'), rules);
  for (const [asked, answered] of TALK) {
    for (const piece of pieces(Buffer.from(asked), size)) hand.session.fromCaller(Buffer.from(piece));
    for (const piece of pieces(Buffer.from(answered), size)) hand.session.fromCallee(Buffer.from(piece));
  }
  return hand;
}

const seen = (records: readonly unknown[]) =>
  (records as ExchangeRecord[]).map(({ operation, outcome, status, requestBytes }) => [
    ...[operation, outcome, status, requestBytes],
  ]);

test('with nothing armed, every byte passes once and in order, in pieces of any size', () => {
  const whole = seen(run(1_000, []).records);
  expect(whole.map(([operation, , status]) => `${operation} ${status}`)).toEqual([
    ...['CONNECT 220', 'EHLO 250', 'MAIL 250', 'RCPT 250', 'DATA 250', 'MAIL 250', 'RCPT 250', 'DATA 550', 'RSET 250'],
    'QUIT 221',
  ]);
  expect(whole[4]?.at(-1)).toBe(MAIL.length + 'DATA\r\n'.length);
  for (const size of [1, 2, 3, 4, 5, 6, 7, 20, 1_000]) {
    const hand = run(size, []);
    expect(hand.toCallee().toString()).toBe(TALK.map(([asked]) => asked).join(''));
    expect(hand.toCaller().toString()).toBe(TALK.map(([, answered]) => answered).join(''));
    expect(seen(hand.records)).toEqual(whole);
  }
});

test('with a rule armed that never matches, a line that is not complete is passed once and in order', () => {
  for (const size of [1, 2, 3, 7, 1_000]) {
    const hand = sessionByHand(smtpSession, edgeOf('smtp'), [NEVER]);
    const say = (text: string) => {
      for (const piece of pieces(Buffer.from(text), size)) hand.session.fromCaller(Buffer.from(piece));
    };
    const answer = (text: string) => {
      for (const piece of pieces(Buffer.from(text), size)) hand.session.fromCallee(Buffer.from(piece));
    };
    answer('220 hello\r\n');
    say('MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\n');
    answer('250 ok\r\n250 ok\r\n');
    say(`${MAIL}QUIT\r\n`);
    expect(hand.toCallee().toString()).toBe('MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\n');
    answer('354 go\r\n');
    expect(hand.toCallee().toString()).toBe(`MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\n${MAIL}`);
    answer('250 taken\r\n');
    expect(hand.toCaller().toString()).toContain('354 Start mail input');
    expect(hand.toCaller().toString()).toMatch(/250 taken\r\n$/);
  }
});
