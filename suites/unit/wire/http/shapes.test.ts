/** Names and types in bodies: kept only while somebody wants them, and never a value. */
import { request } from 'undici';
import { expect, test } from 'vitest';
import { startRig } from '../rig.ts';

const ANSWER = { orderId: 'o-7', items: [{ price: 5 }, { price: 1.5 }], note: null, paid: true };

function send(url: string, body: unknown) {
  const headers = { 'content-type': 'application/json' };
  return request(url, { method: 'POST', path: '/orders', headers, body: JSON.stringify(body) } as never).then(
    ({ body: answer }) => answer.text(),
  );
}

test('a body is recorded by the names and types of its members while that is wanted', async () => {
  await using rig = await startRig({
    http: (incoming, response) => incoming.resume().on('end', () => response.end(JSON.stringify(ANSWER))),
  });
  await send(rig.url, { secret: 'before' });
  await rig.wire.keepShapes(true);
  await send(rig.url, { secret: 'between', lines: [] });
  await rig.wire.keepShapes(false);
  await send(rig.url, { secret: 'after' });

  const [before, between, after] = await rig.exchanges(3);
  expect(before).not.toHaveProperty('requestShape');
  expect(JSON.parse(between?.requestShape ?? '')).toEqual({ secret: 'string', lines: [] });
  expect(JSON.parse(between?.replyShape ?? '')).toEqual({
    orderId: 'string',
    items: [{ price: 'integer' }, { price: 'number' }],
    note: 'null',
    paid: 'boolean',
  });
  expect(after).not.toHaveProperty('replyShape');
  expect(JSON.stringify(between)).not.toContain('o-7');
});

test('a body that comes in chunks is read, and what is no JSON has no shape', async () => {
  await using rig = await startRig({
    http(incoming, response) {
      incoming.resume().on('end', () => {
        response.write('{"a":');
        response.end('[1,2]}');
      });
    },
  });
  await rig.wire.keepShapes(true);
  await send(rig.url, 'a text');
  const [exchange] = await rig.exchanges(1);
  expect(exchange?.replyShape).toBe('{"a":["integer"]}');
  expect(exchange).not.toHaveProperty('requestShape');
});

test('one that lets go does not end it for another', async () => {
  await using rig = await startRig({ http: (_incoming, response) => response.end('{}') });
  await rig.wire.keepShapes(true);
  await rig.wire.keepShapes(true);
  await rig.wire.keepShapes(false);
  await send(rig.url, {});
  const [exchange] = await rig.exchanges(1);
  expect(exchange?.replyShape).toBe('{}');
  await expect(rig.wire.keepShapes('yes' as never)).rejects.toMatchObject({ code: 'bad-argument' });
});
