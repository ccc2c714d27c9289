/** The check `documented`: what differs from a document is found and named, and what nobody looked at is no pass. */
import { expect, test } from 'vitest';
import { exchange, newStory } from '../../../fixtures/histories/story.ts';
import { differences } from '../../../harness/checks/documents/schema-of-shape.ts';
import type { ExchangeRecord } from '../../../harness/core/index.ts';
import { judgeStory } from './load-case.ts';

const order = {
  type: 'object',
  required: ['orderId', 'total'],
  properties: {
    ...{
      orderId: { type: 'string' },
      total: { type: 'integer' },
      reason: { oneOf: [{ type: 'string' }, { type: 'null' }] },
    },
    items: {
      type: 'array',
      items: { type: 'object', properties: { price: { type: 'integer' } }, additionalProperties: false },
    },
  },
  additionalProperties: false,
};

test.each([
  ['as the document says', { orderId: 'string', total: 'integer', reason: 'null', items: [{ price: 'integer' }] }, []],
  ['a member that is missing', { orderId: 'string' }, ['total is missing']],
  [
    'a member under another name',
    { orderId: 'string', sum: 'integer' },
    ['total is missing', 'sum is not in the document'],
  ],
  ['another type', { orderId: 'integer', total: 'integer' }, ['orderId is integer, the document says string']],
  ['a fraction', { orderId: 'string', total: 'number' }, ['total is number, the document says integer']],
  [
    'something within a list',
    { orderId: 'string', total: 'integer', items: [{ price: 'integer' }, { cost: 'integer' }] },
    ['items[].cost is not in the document'],
  ],
  ['a list', [{ orderId: 'string' }], ['the body is array, the document says object']],
  [
    'neither of two',
    { orderId: 'string', total: 'integer', reason: 'boolean' },
    ['reason is boolean, the document says string'],
  ],
])('%s', (_what, shape, problems) => {
  expect(differences(shape as never, order, {})).toEqual(problems);
});

const http = {
  order: {
    paths: {
      '/orders/{id}': {
        get: {
          responses: {
            200: { content: { 'application/json': { schema: order } } },
            404: { $ref: '#/components/responses/404' },
          },
        },
      },
      '/orders/mine': { get: { responses: { 204: {} } } },
    },
    components: { responses: { 404: { content: { 'application/problem+json': { schema: { type: 'object' } } } } } },
  },
};
const GOOD = '{"orderId":"string","total":"integer"}';
const get = (more: Partial<ExchangeRecord>) =>
  exchange('gateway->order', 10, 5, { operation: 'GET /orders/7', status: 200, replyShape: GOOD, ...more });
const judge = (records: ExchangeRecord[], more: object = {}) =>
  judgeStory({ check: 'documented', http, ...more }, { ...newStory(), records });

test('calls that are documented pass, and what was not seen is told', async () => {
  const verdict = await judge([get({}), get({ status: 404, replyShape: '{"title":"string"}' })]);
  expect(verdict).toMatchObject({ status: 'pass', figures: { seen: 1, documented: 2 } });
  expect(verdict.evidence).toEqual(['not seen: order: GET /orders/mine']);
});

test.each([
  ['a status', get({ status: 500 }), 'GET /orders/{id} of order: the status 500 is not in the document (1×)'],
  [
    'a path',
    get({ operation: 'GET /invoices/7' }),
    'GET /invoices/7 on gateway->order (200) is not in the document (1×)',
  ],
  [
    'a body',
    get({ replyShape: '{"orderId":"string"}' }),
    'GET /orders/{id} of order, answer 200: total is missing (1×)',
  ],
  [
    'a body where there is none',
    get({ operation: 'GET /orders/mine', status: 204 }),
    'GET /orders/mine of order, answer 204: there is a body, and the document has none (1×)',
  ],
])('%s that is not documented is found', async (_what, record, problem) => {
  expect(await judge([record])).toMatchObject({ status: 'fail', evidence: [problem] });
});

test('without enough of what is documented there is no verdict, and a changed reply is the fault’s', async () => {
  expect(await judge([])).toMatchObject({ status: 'unknown' });
  expect(await judge([get({}), get({ status: 500, fault: 'f-1' })])).toMatchObject({ status: 'pass' });
});

test('a gRPC method must be one of a .proto file', async () => {
  const call = (operation: string) => exchange('order->inventory', 10, 5, { protocol: 'grpc', operation, status: 0 });
  const grpc = { inventory: ['/shop.Inventory/Check'] };
  expect(await judge([get({}), call('/shop.Inventory/Check')], { grpc })).toMatchObject({ status: 'pass' });
  expect(await judge([get({}), call('/shop.Inventory/Guess')], { grpc })).toMatchObject({ status: 'fail' });
});
