/** Dead letters: what is given up, what they say of themselves, and how they go back. */
import { expect, test } from 'vitest';
import {
  DEAD_LETTER_HEADERS,
  deadLetterOf,
  isHopeless,
  ONLY_FOR,
  replayOf,
} from '../../../services-under-test/kit/dead-letters.ts';

const RECORD = {
  topic: 'order.events',
  partition: 2,
  offset: '41',
  key: 'order-1',
  value: '{"broken":',
  headers: { type: 'order.placed', 'correlation-id': 'corr-1' },
};

test('a dead letter is the record as it came, and says whose it was, where it stood, and why', () => {
  const letter = deadLetterOf(RECORD, { group: 'inventory', reason: 'no JSON', tries: 1, at: 7 });
  expect(letter).toMatchObject({ topic: 'dead-letters', key: 'order-1', value: RECORD.value });
  expect(letter.headers).toEqual({
    ...RECORD.headers,
    'dead-letter-group': 'inventory',
    'dead-letter-reason': 'no JSON',
    'dead-letter-tries': '1',
    'dead-letter-topic': 'order.events',
    'dead-letter-partition': '2',
    'dead-letter-offset': '41',
    'dead-letter-at': '7',
  });
});

test('a letter goes back to its topic as it came, for the group that could not handle it alone', () => {
  const letter = deadLetterOf(RECORD, { group: 'inventory', reason: 'no JSON', tries: 1, at: 7 });
  const stored = { ...RECORD, topic: 'dead-letters', headers: letter.headers };
  expect(replayOf(stored, 'inventory')).toEqual({
    topic: 'order.events',
    key: 'order-1',
    value: RECORD.value,
    headers: { ...RECORD.headers, [ONLY_FOR]: 'inventory' },
  });
  expect(replayOf(stored, 'analytics')).toBeUndefined();
  expect(replayOf(RECORD, 'inventory')).toBeUndefined();
});

test('a reason is cut to what fits into a header', () => {
  const { headers } = deadLetterOf(RECORD, { group: 'g', reason: 'x'.repeat(9_999), tries: 3, at: 7 });
  expect(headers[DEAD_LETTER_HEADERS.reason]).toHaveLength(500);
});

test.for([
  ['a type error', new TypeError('data.total must be a whole number'), true],
  ['bytes that are no JSON', new SyntaxError('unexpected end'), true],
  ['a value that does not fit its column', Object.assign(new Error('out of range'), { code: '22003' }), true],
  ['a broken constraint', Object.assign(new Error('violates'), { code: '23514' }), true],
  ['a database that is away', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), false],
  ['a database that shuts down', Object.assign(new Error('terminating'), { code: '57P01' }), false],
  ['a deadlock', Object.assign(new Error('deadlock detected'), { code: '40P01' }), false],
  ['a time-out', new Error('Query read timeout'), false],
  ['nothing', undefined, false],
] as const)('%s: hopeless or worth another try', ([, error, hopeless]) => {
  expect(isHopeless(error)).toBe(hopeless);
});
