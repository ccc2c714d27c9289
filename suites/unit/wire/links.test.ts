/** Which case an id belongs to: learnt beside a trace, used where there is none, never guessed. */
import { expect, test } from 'vitest';
import type { SessionFactory } from '../../../harness/wire/index.ts';
import { createLinks } from '../../../harness/wire/links.ts';
import { redisSession } from '../../../harness/wire/redis/index.ts';
import { smtpSession } from '../../../harness/wire/smtp/index.ts';
import { CASE, startRig, TRACEPARENT } from './rig.ts';
import { edgeOf, sessionByHand } from './session-by-hand.ts';

const OTHER = 'bbbbbbbbbbbbbbbb';

test('an id that was seen with two cases names none', () => {
  const links = createLinks([{ edge: '*->kafka', id: 'key' }])?.('order->kafka');
  expect(links?.places('Produce')).toEqual(['key']);
  links?.learn('order-1', CASE);
  expect(links?.caseOf('order-1')).toBe(CASE);
  links?.learn('order-1', OTHER);
  links?.learn('order-1', CASE);
  expect(links?.caseOf('order-1')).toBeUndefined();
});

test('ids of two cases in one exchange name none', () => {
  const links = createLinks([{ edge: '*', id: 'key' }])?.('a->b');
  links?.learn('one', CASE);
  links?.learn('two', OTHER);
  const mixed: { operation: string; case?: string } = { operation: 'GET' };
  links?.find(mixed, ['one', 'nobody', 'two']);
  expect(mixed.case).toBeUndefined();
  const clear: { operation: string; case?: string; key?: string } = { operation: 'GET' };
  links?.find(clear, ['nobody', 'two']);
  expect(clear).toMatchObject({ case: OTHER, key: 'two' });
});

test('places are told by edge and operation; without links there is nothing to ask', () => {
  const links = createLinks([{ edge: 'order->postgres', operation: 'order-*', id: 'value.5' }]);
  expect(links?.('order->postgres').places('order-place')).toEqual(['value.5']);
  expect(links?.('order->postgres').places('outbox-sent')).toEqual([]);
  expect(links?.('payment->postgres').places('order-place')).toEqual([]);
  expect(createLinks([])).toBeUndefined();
});

test('an id is learnt from the reply to a request that names its trace', async () => {
  const seen: string[] = [];
  await using rig = await startRig({
    correlate: [{ edge: '*', operation: 'POST /orders', id: 'reply.orderId' }],
    http: (request, response) => {
      seen.push(request.url ?? '');
      response.end(JSON.stringify({ status: 'pending', orderId: 'order-77' }));
    },
  });
  const response = await fetch(`${rig.url}/orders`, { method: 'POST', headers: { traceparent: TRACEPARENT } });
  expect(await response.json()).toMatchObject({ orderId: 'order-77' });
  expect(seen).toEqual(['/orders']);
});

/** Cases of the exchanges that a session saw, by operation. */
function casesSeen(factory: SessionFactory, protocol: 'redis' | 'smtp', talk: readonly (readonly [string, string])[]) {
  const links = createLinks([{ edge: '*', id: 'key' }])?.('a->b');
  links?.learn('order-1', CASE);
  links?.learn('order-2', OTHER);
  const hand = sessionByHand(
    (context) => factory(links === undefined ? context : { ...context, links }),
    edgeOf(protocol),
  );
  for (const [asked, answered] of talk) {
    hand.session.fromCaller(Buffer.from(asked));
    hand.session.fromCallee(Buffer.from(answered));
  }
  return hand.records.map((record) => ('operation' in record ? [record.operation, record.case] : []));
}

test('a Redis command belongs to the case of an id in its key; what a transaction does and its EXEC to one', () => {
  const seen = casesSeen(redisSession, 'redis', [
    ['GET hold:order-1\r\n', '$-1\r\n'],
    ['GET hold:nobody\r\n', '$-1\r\n'],
    ['MULTI\r\n', '+OK\r\n'],
    ['DEL order-2\r\n', '+QUEUED\r\n'],
    ['EXEC\r\n', '*0\r\n'],
    ['GET other\r\n', '$-1\r\n'],
  ]);
  expect(seen).toEqual([
    ['GET hold:order-1', CASE],
    ['GET hold:nobody', undefined],
    ['MULTI', undefined],
    ['DEL order-2', OTHER],
    ['EXEC', OTHER],
    ['GET other', undefined],
  ]);
});

test('a mail belongs to the case of an id in its head', () => {
  const seen = casesSeen(smtpSession, 'smtp', [
    ['', '220 hello\r\n'],
    ['DATA\r\n', '354 go\r\n'],
    ['Subject: x\r\nX-Order-Id: order-2\r\n\r\norder-1\r\n.\r\n', '250 taken\r\n'],
  ]);
  expect(seen).toEqual([
    ['CONNECT', undefined],
    ['DATA', OTHER],
  ]);
});
