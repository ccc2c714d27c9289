/** Shapes of requests: what is taken, what is refused with which field, and what documents say of it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProblemError } from '../../../services-under-test/kit/problem.ts';
import { flag, list, object, oneOf, optional, readShape, text, whole } from '../../../services-under-test/kit/shape.ts';

const line = object({ productId: text({ max: 20 }), quantity: whole({ min: 1, max: 9 }) });
const order = object({
  lines: list(line, { min: 1, max: 2 }),
  gift: optional(flag),
  speed: optional(oneOf('slow', 'fast')),
  country: optional(text({ pattern: /^[A-Z]{2}$/, like: 'a country code' })),
});
const GOOD = { lines: [{ productId: 'p-1', quantity: 2 }], gift: true };

function fieldOf(body: unknown): string | undefined {
  try {
    readShape(order, body, 'Invalid order');
  } catch (error) {
    if (error instanceof ProblemError && error.status === 400) return error.field;
  }
  throw new Error('it was taken');
}

test('what fits is taken as it is, and what may be left out is left out', () => {
  expect(readShape(order, GOOD)).toEqual(GOOD);
  expect(Object.keys(readShape(order, { lines: GOOD.lines }))).toEqual(['lines']);
});

test.each([
  ['nothing', undefined, 'body'],
  ['a list', [], 'body'],
  ['a member that is not known', { ...GOOD, discount: 1 }, 'discount'],
  ['one that is not known inside', { lines: [{ productId: 'p', quantity: 1, price: 1 }] }, 'lines[0].price'],
  ['a prototype', JSON.parse('{"lines":[{"productId":"p","quantity":1}],"__proto__":{}}'), '__proto__'],
  ['no lines', {}, 'lines'],
  ['too few', { lines: [] }, 'lines'],
  ['too many', { lines: [GOOD.lines[0], GOOD.lines[0], GOOD.lines[0]] }, 'lines'],
  ['a number in text', { lines: [{ productId: 'p', quantity: '1' }] }, 'lines[0].quantity'],
  ['a part of one', { lines: [{ productId: 'p', quantity: 1.5 }] }, 'lines[0].quantity'],
  ['one too many', { lines: [{ productId: 'p', quantity: 10 }] }, 'lines[0].quantity'],
  ['a text too long', { lines: [{ productId: 'p'.repeat(21), quantity: 1 }] }, 'lines[0].productId'],
  ['a line break in a text', { lines: [{ productId: 'p\r\nx', quantity: 1 }] }, 'lines[0].productId'],
  ['a flag in text', { ...GOOD, gift: 'true' }, 'gift'],
  ['another word', { ...GOOD, speed: 'medium' }, 'speed'],
  ['another pattern', { ...GOOD, country: 'de' }, 'country'],
  ['null for what may be left out', { ...GOOD, gift: null }, 'gift'],
])('%s is refused with 400 and the field', (_what, body, field) => {
  expect(fieldOf(body)).toBe(field);
});

test('whatever comes, it is taken or refused with 400: nothing else is thrown', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      try {
        readShape(order, body);
      } catch (error) {
        expect(error).toMatchObject({ name: 'ProblemError', status: 400 });
      }
    }),
  );
});

test('a shape tells what it takes as JSON Schema', () => {
  expect(order.schema).toEqual({
    type: 'object',
    required: ['lines'],
    additionalProperties: false,
    properties: {
      lines: { type: 'array', minItems: 1, maxItems: 2, items: line.schema },
      gift: { type: 'boolean' },
      speed: { type: 'string', enum: ['slow', 'fast'] },
      country: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[A-Z]{2}$' },
    },
  });
});
