/** What must not be stored is taken out; ids and times stay whole. */
import { expect, test } from 'vitest';
import { type HistoryRecord, redactText } from '../../../harness/core/index.ts';
import { redactRecord, redactState } from '../../../harness/history/index.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyLTEifQ.c2lnbmF0dXJlLXRleHQ';

test.each([
  [`Bearer ${JWT}`, 'Bearer [redacted]'],
  [`token was ${JWT} then`, 'token was [jwt] then'],
  ['card 4111 1111 1111 1111 declined', 'card [card ending 1111] declined'],
  ['4111111111111111', '[card ending 1111]'],
  ['pan=5500-0000-0000-0004;', 'pan=[card ending 0004];'],
  [
    '{"spanId":"2500559119733984","card":"4111111111111111"}',
    '{"spanId":"2500559119733984","card":"[card ending 1111]"}',
  ],
  ['Basic dXNlcjpwYXNz', 'Basic [redacted]'],
  ['postgres://order:hunter2@127.0.0.1:5432/order', 'postgres://order:[redacted]@127.0.0.1:5432/order'],
  ['{"password":"hunter2"}', '{"password":"[redacted]"}'],
])('%s is stored as %s', (text, stored) => {
  expect(redactText(text)).toBe(stored);
});

test.each([
  'a bearer token or an API key is needed',
  'POST /api/v1/orders/41111111-1111-4111-8111-111111111111',
  '4111111111111112',
  '1700000000000',
  'GET /orders/4242424242424242aa',
  '00-41111111111111110123456789abcdef-4111111111111111-01',
  '{"spanId":"2500559119733984","parentSpanId":"4111111111111111","cards":0}',
  'span_id=4111111111111111',
])('%s is no secret and stays', (text) => {
  expect(redactText(text)).toBe(text);
});

test('a record without secrets is not copied', () => {
  const record: HistoryRecord = { type: 'process', at: 1_700_000_000_000.5, part: 'order', event: 'ready', pid: 4242 };
  expect(redactRecord(record)).toBe(record);
});

test('headers, keys and details are redacted, and the case and trace ids are kept', () => {
  const record: HistoryRecord = {
    type: 'message',
    at: 1,
    case: '4111111111111111',
    trace: '4111111111111111',
    edge: 'order->kafka',
    action: 'produced',
    topic: 'order.events',
    partition: 0,
    key: '4111111111111111',
    headers: { Authorization: 'anything at all', type: 'order.placed' },
  };
  expect(redactRecord(record)).toEqual({
    ...record,
    key: '[card ending 1111]',
    headers: { Authorization: '[redacted]', type: 'order.placed' },
  });
});

test('the final state is redacted as records are, so that keys still agree', () => {
  const entries = [{ entity: 'order-1', kind: 'charged', key: '4111111111111111', amount: 1, at: 1 }];
  expect(redactState({ entities: [], entries, pending: [] }).entries[0]?.key).toBe(redactText('4111111111111111'));
});

test('names and types of a body stay as they are, and what stands in a name does not', () => {
  const record = (requestShape: string) =>
    ({
      type: 'exchange',
      at: 1,
      operation: 'POST /users',
      requestShape,
      replyShape: '{"access_token":"string"}',
    }) as HistoryRecord;
  const plain = record('{"password":"string","email":"string"}');
  expect(redactRecord(plain)).toBe(plain);
  expect(redactRecord(record('{"4111111111111111":"integer"}'))).toMatchObject({
    requestShape: '{"[card ending 1111]":"integer"}',
  });
});

test('the id of a span is no card number, whatever its digits', () => {
  const detail = { spanId: '4111111111111111', parentSpanId: '4111111111111111', msg: 'GET /orders' };
  const record = { type: 'service-event', at: 1, service: 'gateway', event: 'span', detail } as HistoryRecord;
  expect(redactRecord(record)).toBe(record);
});
