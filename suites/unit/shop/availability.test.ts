/** Hot counts of the inventory in a real Redis, as the user that the inventory is there: it may touch keys of its own name alone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAvailability } from '../../../services-under-test/inventory/availability.ts';
import type { Count, StockStore } from '../../../services-under-test/inventory/store.ts';
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

/** A database of counts, with what was asked of it. */
function counted(counts: Record<string, Count>) {
  const asked: string[] = [];
  const store = {
    async counts(productIds: readonly string[]) {
      asked.push(...productIds);
      return productIds.flatMap((id) => counts[id] ?? []);
    },
  } as unknown as StockStore;
  return { asked, ...createAvailability({ store, redis, log: quietLog }) };
}

test('a count that was asked for is read from Redis, also after a change', async () => {
  const counts = {
    'p-1': { productId: 'p-1', available: 7, version: 1 },
    'p-2': { productId: 'p-2', available: 9, version: 4 },
  };
  const { asked, levels, changed } = counted(counts);
  expect(await levels(['p-1', 'p-2'])).toEqual(new Map(Object.entries({ 'p-1': 7, 'p-2': 9 })));
  expect(await levels(['p-1', 'p-2'])).toEqual(new Map(Object.entries({ 'p-1': 7, 'p-2': 9 })));
  await changed([{ productId: 'p-1', available: 6, version: 2 }]);
  expect(await levels(['p-1', 'p-2'])).toEqual(new Map(Object.entries({ 'p-1': 6, 'p-2': 9 })));
  expect(asked).toEqual(['p-1', 'p-2']);
});

test('an older count does not replace a newer one, whichever comes first', async () => {
  const { asked, levels, changed } = counted({ 'p-3': { productId: 'p-3', available: 5, version: 9 } });
  await changed([{ productId: 'p-3', available: 4, version: 10 }]);
  await changed([{ productId: 'p-3', available: 5, version: 9 }]);
  expect(await levels(['p-3'])).toEqual(new Map([['p-3', 4]]));
  expect(asked).toEqual([]);
});

test('changes of a moment are written together', async () => {
  const evals = () =>
    redis.use(async (client) => Number(/cmdstat_eval:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0));
  const { levels, changed } = counted({});
  const before = await evals();
  const moment = ['p-4', 'p-5', 'p-6'].map((productId) => changed([{ productId, available: 1, version: 2 }]));
  await Promise.all(moment);
  expect(await levels(['p-4', 'p-5', 'p-6'])).toEqual(new Map(Object.entries({ 'p-4': 1, 'p-5': 1, 'p-6': 1 })));
  expect((await evals()) - before).toBe(1);
});
