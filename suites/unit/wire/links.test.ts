/** Which case an id belongs to: learnt beside a trace, used where there is none, never guessed. */
import { expect, test } from 'vitest';
import { createLinks } from '../../../harness/wire/links.ts';
import { CASE, startRig, TRACEPARENT } from './rig.ts';

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
