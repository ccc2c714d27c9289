/** Which lines of a log become records. */
import { expect, test } from 'vitest';
import { serviceEventOf } from '../../../harness/runtime/warden/service-event.ts';

test('a JSON line with an event is what the service says of itself', () => {
  const line = '{"level":30,"time":1790000000123,"event":"breaker","edge":"payment->psp","state":"open"}';
  expect(serviceEventOf(line, 'payment')).toEqual({
    ...{ type: 'service-event', at: 1_790_000_000_123, service: 'payment', event: 'breaker' },
    detail: { edge: 'payment->psp', state: 'open' },
  });
});

test('other lines say nothing', () => {
  expect(serviceEventOf('{"level":30,"time":1790000000123,"msg":"answered"}', 'payment')).toBeUndefined();
  expect(serviceEventOf('listening on 127.0.0.1:4100', 'payment')).toBeUndefined();
});

test('a line with a credential or a card number becomes a record that does not hold it', () => {
  const line = '{"level":30,"time":1790000000123,"msg":"charging 4111 1111 1111 1111"}';
  expect(serviceEventOf(line, 'payment')).toMatchObject({
    at: 1_790_000_000_123,
    event: 'secret-in-log',
    detail: { line: expect.stringContaining('[card ending 1111]') },
  });
  expect(serviceEventOf('authorization: Bearer abcd3fgh', 'payment')).toMatchObject({ event: 'secret-in-log' });
});
