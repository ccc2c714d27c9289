/** A real client and a real Redis with the wire between: everything works and is on record; chosen commands are acted on. */
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../../harness/core/index.ts';
import { type Rig, startRig } from '../rig.ts';
import { client, startRedis, type TestRedis } from './server.ts';

let server: TestRedis;
let rig: Rig;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
}, 60_000);
afterAll(() => server.stop());

beforeEach(async () => {
  await server.direct.flushall();
  rig = await startRig({ protocol: 'redis', upstreamPort: server.port });
  redis = client(rig.port, { enableReadyCheck: false, disableClientInfo: true });
  await redis.ping();
  return async () => {
    redis.disconnect();
    await rig[Symbol.asyncDispose]();
  };
});

const hits = async () => (await rig.wire.hits('rule')).hits;
const operations = async (atLeast: number) =>
  (await rig.exchanges(atLeast)).map(({ operation, outcome, error }) =>
    [operation, outcome, error].filter((part) => part !== undefined).join(' '),
  );

describe('nothing armed', () => {
  test('each command is one exchange under its name and key', async () => {
    await redis.set('cart:1', 'milk', 'EX', 60);
    await redis.get('cart:1');
    await redis.hset('hash', { a: 1 });
    await redis.hgetall('hash');
    await redis.eval('return {1, {2, "three"}, redis.call("get", KEYS[1])}', 1, 'cart:1');
    await redis.lpush('cart:1', 'x').catch(() => undefined);
    expect(await operations(8)).toEqual([
      ...[
        'HELLO answered',
        'PING answered',
        'SET cart:1 answered',
        'GET cart:1 answered',
        'HSET hash answered',
        'HGETALL hash answered',
      ],
      ...['EVAL cart:1 answered', 'LPUSH cart:1 answered WRONGTYPE'],
    ]);
    const get = (await rig.exchanges(8))[3];
    expect(get).toMatchObject({
      key: 'cart:1',
      protocol: 'redis',
      forwarded: true,
      requestBytes: 25,
      responseBytes: 10,
    });
  });

  test('pipelines, transactions and large values keep their order', async () => {
    const large = 'x'.repeat(2_000_000);
    const results = await redis.pipeline().set('a', large).get('a').incr('n').lrange('none', 0, -1).exec();
    expect(results?.map(([, value]) => value)).toEqual(['OK', large, 1, []]);
    expect(await redis.multi().incr('n').incr('n').exec()).toEqual([
      [null, 2],
      [null, 3],
    ]);
    expect(await operations(10)).toContain('EXEC answered');
  });

  test('after a subscription the connection is opaque and still works', async () => {
    const heard = new Promise((resolve) => redis.on('message', (channel, text) => resolve([channel, text])));
    await redis.subscribe('news');
    await server.direct.publish('news', 'hello');
    expect(await heard).toEqual(['news', 'hello']);
    await redis.unsubscribe('news');
  });

  test('a password is not on record', async () => {
    await redis.call('AUTH', 'not-the-password').catch(() => undefined);
    expect(JSON.stringify(await rig.exchanges(3))).not.toContain('not-the-password');
  });
});

describe('a rule armed', () => {
  test('an error is given in the place of the work', async () => {
    await rig.arm({ do: 'redis-error', message: 'OOM command not allowed' }, { operation: 'SET *', times: 1 });
    await expect(redis.set('a', '1')).rejects.toThrow('OOM command not allowed');
    expect(await server.direct.get('a')).toBeNull();
    await redis.set('a', '2');
    expect(await redis.get('a')).toBe('2');
    expect(await hits()).toBe(1);
    expect(await operations(5)).toContain('SET a answered OOM');
  });

  test('an error within a transaction makes the whole of it fail', async () => {
    await rig.arm({ do: 'redis-error', message: 'OOM command not allowed' }, { operation: 'INCR n', nth: 2 });
    await expect(redis.multi().incr('n').incr('n').exec()).rejects.toThrow(/EXECABORT|OOM/);
    expect(await server.direct.get('n')).toBeNull();
  });

  test('one of a pipeline fails, the others have their own replies', async () => {
    await rig.arm({ do: 'redis-error', message: 'READONLY no' }, { operation: 'INCR b' });
    const results = await redis.pipeline().incr('a').incr('b').incr('c').exec();
    expect(results?.map(([error, value]) => error?.message ?? value)).toEqual([1, 'READONLY no', 1]);
  });

  test('work is done and its reply lost', async () => {
    await rig.arm({ do: 'lost-reply' }, { operation: 'INCR n', times: 1 });
    await expect(redis.incr('n')).rejects.toThrow();
    expect(await server.direct.get('n')).toBe('1');
    expect(await hits()).toBe(1);
    expect(await operations(3)).toContain('INCR n reset');
  });

  test('nothing is found although it is there', async () => {
    await server.direct.set('a', '1');
    await server.direct.hset('h', { a: 1 });
    await rig.arm({ do: 'redis-nil' }, { times: 2 });
    expect(await redis.get('a')).toBeNull();
    expect(await redis.hgetall('h')).toEqual({});
    expect(await redis.get('a')).toBe('1');
    expect(await hits()).toBe(2);
  });

  test('an older reply is given again, and only counts where it differs', async () => {
    await server.direct.set('a', 'old');
    await rig.arm({ do: 'redis-stale' }, { operation: 'GET *' });
    expect(await redis.get('a')).toBe('old');
    expect(await redis.get('a')).toBe('old');
    expect(await hits()).toBe(0);
    await server.direct.set('a', 'new');
    expect(await redis.get('a')).toBe('old');
    expect(await hits()).toBe(1);
    await rig.wire.disarm('rule');
    expect(await redis.get('a')).toBe('new');
  });

  test('only the chosen command is slow; a reset cuts before the work', async () => {
    await rig.arm({ do: 'delay', delayMs: 120 }, { operation: 'GET slow' });
    const from = systemClock.now();
    await redis.get('fast');
    expect(systemClock.now() - from).toBeLessThan(115);
    await redis.get('slow');
    expect(systemClock.now() - from).toBeGreaterThan(115);
    await rig.wire.disarm('rule');
    await rig.arm({ do: 'reset' }, { operation: 'INCR n' }, 'other');
    await expect(redis.incr('n')).rejects.toThrow();
    expect(await server.direct.get('n')).toBeNull();
  });

  test('a held command goes on when the rule is taken back', async () => {
    await rig.arm({ do: 'hold' }, { operation: 'INCR n' });
    const held = redis.incr('n');
    await rig.wire.nextHeld('rule', 5_000);
    expect(await server.direct.get('n')).toBeNull();
    await rig.wire.disarm('rule');
    expect(await held).toBe(1);
  });

  test('a silent loss ends with the patience of the caller', async () => {
    await rig.arm({ do: 'lost-reply', silent: true }, { operation: 'INCR n' });
    const patient = client(rig.port, { enableReadyCheck: false, disableClientInfo: true, commandTimeout: 100 });
    await expect(patient.incr('n')).rejects.toThrow('timed out');
    expect(await server.direct.get('n')).toBe('1');
    patient.disconnect();
    expect((await operations(4)).at(-1)).toBe('INCR n gave-up');
  });
});
