/** Hot counts of the inventory in a real Redis, as the user that the inventory is there: it may touch keys of its own name alone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAvailability } from '../../../services-under-test/inventory/availability.ts';
import type { StockStore } from '../../../services-under-test/inventory/store.ts';
import { openRedis, type RedisStore } from '../../../services-under-test/kit/redis.ts';
import { type RedisServer, startRedis, untilAnswers } from './redis-server.ts';
import { quietLog } from './upstream.ts';

const RIGHTS = ['on', '>secret', '~inventory:*', '&inventory:*', '+@all', '-@admin', '-@dangerous', '+info'];
let server: RedisServer;
let redis: RedisStore;
beforeAll(async () => {
  server = await startRedis();
  const owner = openRedis({ url: server.url, edge: 'test->redis', log: quietLog });
  await untilAnswers(owner);
  await owner.use((client) => client.call('ACL', 'SETUSER', 'inventory', ...RIGHTS));
  await owner.close();
  const url = server.url.replace('redis://', 'redis://inventory:secret@');
  redis = openRedis({ url, edge: 'inventory->redis', log: quietLog });
  await untilAnswers(redis);
});
afterAll(async () => {
  await redis.close();
  await server.end();
});

test('a count that was asked for is read from Redis until what it counts has changed', async () => {
  const asked: string[] = [];
  let available = 7;
  const store = {
    async levels(productIds: readonly string[]) {
      asked.push(...productIds);
      return productIds.map((productId) => ({ productId, available }));
    },
    productsOf: async () => ['p-1'],
  } as unknown as StockStore;
  const { levels, changed } = createAvailability({ store, redis, log: quietLog });
  expect(await levels(['p-1', 'p-2'])).toEqual(new Map(Object.entries({ 'p-1': 7, 'p-2': 7 })));
  available = 6;
  expect(await levels(['p-1', 'p-2'])).toEqual(new Map(Object.entries({ 'p-1': 7, 'p-2': 7 })));
  expect(asked).toEqual(['p-1', 'p-2']);
  await changed('o-1');
  expect(await levels(['p-1', 'p-2'])).toEqual(new Map(Object.entries({ 'p-1': 6, 'p-2': 7 })));
  expect(asked).toEqual(['p-1', 'p-2', 'p-1']);
  available = 5;
  await changed('o-2', ['p-2']);
  expect(await levels(['p-1', 'p-2'])).toEqual(new Map(Object.entries({ 'p-1': 6, 'p-2': 5 })));
});
