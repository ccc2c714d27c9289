/** The tolerant reader: takes what is needed, ignores the rest, refuses what lacks it. */
import { expect, test } from 'vitest';
import { nothing, readEvent } from '../../../services-under-test/kit/reader.ts';

const READERS = {
  'box.packed': (data: Parameters<typeof nothing>[0]) => ({
    weight: data.whole('weight'),
    note: data.optionalText('note'),
    size: data.oneOf('size', ['small', 'large']),
    things: data.list('things', (thing) => ({ name: thing.text('name') })),
  }),
  'box.gone': nothing,
};

const DATA = { weight: 3, size: 'small', things: [{ name: 'cup', colour: 'red' }], extra: true };

function bytes(type: string, data: unknown): Buffer {
  return Buffer.from(JSON.stringify({ eventId: 'e-1', type, orderId: 'o-1', at: 7, data, version: 2 }));
}

test('what is needed is taken, and nothing else', () => {
  expect(readEvent('box.packed', bytes('box.packed', DATA), READERS)).toEqual({
    eventId: 'e-1',
    type: 'box.packed',
    orderId: 'o-1',
    at: 7,
    data: { weight: 3, note: undefined, size: 'small', things: [{ name: 'cup' }] },
  });
  expect(readEvent('box.gone', bytes('box.gone', DATA), READERS).data).toEqual({});
});

test.for([
  [{ ...DATA, weight: '3' }, 'data.weight must be a whole number'],
  [{ ...DATA, size: 'huge' }, 'data.size must be one of small, large'],
  [{ ...DATA, things: {} }, 'data.things must be a list'],
  [{ ...DATA, things: [{ name: '' }] }, 'data.things[0].name must be a text'],
  [{ ...DATA, note: 5 }, 'data.note must be a text'],
  [null, 'data must be an object'],
] as const)('data that lacks what is needed is refused by name: %j', ([data, message]) => {
  expect(() => readEvent('box.packed', bytes('box.packed', data), READERS)).toThrow(message);
});

test('bytes that are no event, and types without a reader, are refused', () => {
  expect(() => readEvent('box.gone', Buffer.from('{"eventId":'), READERS)).toThrow(SyntaxError);
  expect(() => readEvent('box.gone', null, READERS)).toThrow(SyntaxError);
  expect(() => readEvent('box.gone', Buffer.from('[]'), READERS)).toThrow('the event must be an object');
  expect(() => readEvent('box.lost', bytes('box.lost', {}), READERS)).toThrow('there is no reader for box.lost');
});
