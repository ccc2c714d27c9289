/** Each action on a gRPC call: injected, hit, healed and interrupted. */
import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { systemClock, waitFor } from '../../../../harness/core/index.ts';
import { CASE, TRACEPARENT } from '../rig.ts';
import { ASK, startShop, WATCH } from './calls.ts';

const hit = (shop: Awaited<ReturnType<typeof startShop>>) =>
  waitFor(async () => (await shop.wire.hits('rule')).hits || undefined, { what: 'a hit', deadlineMs: 4_000 });
const soon = (ms: number) => systemClock.now() + ms;

describe('status', () => {
  test('before: the caller gets the code, the callee is never asked', async () => {
    await using shop = await startShop();
    const caller = shop.caller();
    await shop.arm({ do: 'status', status: 14, body: 'away – 100 %' }, { operation: ASK, times: 1 });
    expect(await caller.ask('a')).toMatchObject({ code: status.UNAVAILABLE, details: 'away – 100 %' });
    expect(await caller.ask('b')).toMatchObject({ code: status.OK });
    expect(shop.asked).toEqual(['b']);
    expect(await shop.exchanges(2)).toMatchObject([
      { outcome: 'answered', status: 14, forwarded: false, fault: 'rule' },
      { outcome: 'answered', status: 0 },
    ]);
    expect(await shop.wire.disarm('rule')).toMatchObject({ hits: 1 });
  });

  test('before: a large request is swallowed without stopping the connection', async () => {
    await using shop = await startShop();
    const caller = shop.caller();
    await shop.arm({ do: 'status', status: 8 }, { times: 5 });
    for (let round = 0; round < 5; round++)
      expect((await caller.ask(Buffer.alloc(400_000, 'q'))).code).toBe(status.RESOURCE_EXHAUSTED);
    expect((await caller.ask(Buffer.alloc(400_000, 'q'))).text).toContain('400000');
  });

  test('after: the callee did the work, the caller gets the other code', async () => {
    await using shop = await startShop();
    await shop.arm({ do: 'status', status: 10, at: 'after', body: 'not now' }, { times: 1 });
    expect(await shop.caller().ask('a')).toMatchObject({ code: status.ABORTED, details: 'not now', messages: 0 });
    expect(shop.asked).toEqual(['a']);
    expect(await shop.exchanges(1)).toMatchObject([{ status: 10, forwarded: true, fault: 'rule' }]);
  });
});

describe('delay and hold', () => {
  test('before: one call is late, others of the same connection overtake it', async () => {
    await using shop = await startShop();
    const caller = shop.caller();
    await shop.arm({ do: 'delay', delayMs: 150 }, { case: CASE });
    const order: string[] = [];
    const slow = caller.ask('slow', { metadata: { traceparent: TRACEPARENT } }).then(() => order.push('slow'));
    const quick = caller.ask('quick').then(() => order.push('quick'));
    await Promise.all([slow, quick]);
    expect(order).toEqual(['quick', 'slow']);
    expect(shop.asked).toEqual(['quick', 'slow']);
    const late = (await shop.exchanges(2)).find(({ fault }) => fault === 'rule');
    expect((late?.endAt ?? 0) - (late?.at ?? 0)).toBeGreaterThanOrEqual(149);
  });

  test('after: the callee answers at once, its reply comes later, however large', async () => {
    await using shop = await startShop();
    await shop.arm({ do: 'delay', delayMs: 120, at: 'after' });
    const answer = await shop.caller().ask('big:500000');
    expect(answer.text).toHaveLength(500_000);
    const [exchange] = await shop.exchanges(1);
    expect((exchange?.endAt ?? 0) - (exchange?.at ?? 0)).toBeGreaterThanOrEqual(119);
  });

  test('a disarmed delay lets go at once', async () => {
    await using shop = await startShop();
    await shop.arm({ do: 'delay', delayMs: 60_000 });
    const answer = shop.caller().ask('a');
    await hit(shop);
    expect(await shop.wire.open()).toMatchObject([{ operation: ASK }]);
    await shop.wire.disarm('rule');
    expect((await answer).code).toBe(status.OK);
  });

  test('a caller whose deadline passes during a delay gave up then; the callee hears of call and cancellation later', async () => {
    await using shop = await startShop();
    await shop.arm({ do: 'delay', delayMs: 250 });
    expect((await shop.caller().ask('a', { deadline: soon(80) })).code).toBe(status.DEADLINE_EXCEEDED);
    const [exchange] = await shop.exchanges(1);
    expect(exchange).toMatchObject({ outcome: 'gave-up', forwarded: true, fault: 'rule' });
    expect((exchange?.endAt ?? 0) - (exchange?.at ?? 0)).toBeLessThan(240);
  });

  test('a held call stands until it is released, or dropped', async () => {
    await using shop = await startShop();
    const caller = shop.caller();
    await shop.arm({ do: 'hold' }, { times: 2 });
    const first = caller.ask('first');
    const held = await shop.wire.nextHeld('rule', 4_000);
    expect(held).toMatchObject({ operation: ASK });
    expect(shop.asked).toEqual([]);
    await shop.wire.release(held.token, 'forward');
    expect((await first).code).toBe(status.OK);
    const second = caller.ask('second');
    await shop.wire.release((await shop.wire.nextHeld('rule', 4_000)).token, 'drop');
    expect((await second).code).toBe(status.INTERNAL);
    expect(shop.asked).toEqual(['first']);
  });
});

describe('reset and lost reply', () => {
  test('reset before: the callee never sees the call; REFUSED_STREAM says so', async () => {
    await using shop = await startShop();
    const caller = shop.caller();
    await shop.arm({ do: 'reset' }, { times: 1 });
    expect((await caller.ask('a')).code).toBe(status.INTERNAL);
    await shop.arm({ do: 'reset', code: 7 }, { times: 1 }, 'refused');
    await caller.ask('b');
    expect(shop.asked).not.toContain('a');
    expect((await shop.exchanges(2)).slice(0, 2)).toMatchObject([
      { outcome: 'reset', forwarded: false, fault: 'rule' },
      { outcome: 'reset', forwarded: false, fault: 'refused' },
    ]);
  });

  test('lost reply: the work is done, the stream breaks, the connection goes on', async () => {
    await using shop = await startShop();
    const caller = shop.caller();
    await shop.arm({ do: 'lost-reply' }, { key: 'k-7' });
    expect(await caller.ask('a', { metadata: { 'idempotency-key': 'k-7' } })).toMatchObject({
      code: status.INTERNAL,
      messages: 0,
    });
    expect((await caller.ask('b')).code).toBe(status.OK);
    expect(shop.asked).toEqual(['a', 'b']);
    const exchanges = await shop.exchanges(2);
    expect(exchanges[0]).toMatchObject({ outcome: 'reset', forwarded: true, responseBytes: 0, key: 'k-7' });
    expect(exchanges[1]?.connection).toBe(exchanges[0]?.connection);
    expect(await shop.records('fault', 1)).toMatchObject([{ detail: `${ASK}: the reply 0 was lost` }]);
  });

  test('lost silently: the caller hears nothing until its deadline', async () => {
    await using shop = await startShop();
    await shop.arm({ do: 'lost-reply', silent: true });
    expect((await shop.caller().ask('a', { deadline: soon(200) })).code).toBe(status.DEADLINE_EXCEEDED);
    expect(shop.asked).toEqual(['a']);
    expect(await shop.exchanges(1)).toMatchObject([{ outcome: 'gave-up', forwarded: true, fault: 'rule' }]);
    expect(await shop.wire.open()).toEqual([]);
  });

  test('a status in the trigger: only such replies are lost', async () => {
    await using shop = await startShop();
    const caller = shop.caller();
    await shop.arm({ do: 'lost-reply' }, { status: 5 });
    expect((await caller.ask('fine')).code).toBe(status.OK);
    expect((await caller.ask('fail:5')).code).toBe(status.INTERNAL);
    expect(await shop.wire.hits('rule')).toMatchObject({ hits: 1 });
  });

  test('large replies that are lost do not stop the connection', async () => {
    await using shop = await startShop();
    const caller = shop.caller();
    await shop.arm({ do: 'lost-reply' }, { times: 5 });
    for (let round = 0; round < 5; round++) await caller.ask('big:300000');
    expect((await caller.ask('big:300000')).text).toHaveLength(300_000);
  });
});

describe('in the middle of a reply', () => {
  test('cut: messages come, then the stream breaks; the callee is told', async () => {
    await using shop = await startShop();
    await shop.arm({ do: 'cut', afterBytes: 3 * 1_005 }, { operation: WATCH });
    const answer = await shop.caller().watch(1_000_000);
    expect(answer.code).toBe(status.INTERNAL);
    expect(answer.messages).toBeLessThanOrEqual(3);
    await waitFor(() => shop.cancelled[0], { what: 'the cancellation', deadlineMs: 4_000 });
    expect(await shop.exchanges(1)).toMatchObject([{ outcome: 'reset', forwarded: true, responseBytes: 3 * 1_005 }]);
  });

  test('corrupt: the message cannot be read', async () => {
    await using shop = await startShop();
    const caller = shop.caller();
    await shop.arm({ do: 'corrupt', offset: 5, bytes: 1 }, { times: 1 });
    expect((await caller.ask('abc')).text).not.toMatch(/^abc/);
    expect((await caller.ask('abc')).text).toMatch(/^abc/);
    expect(await shop.wire.hits('rule')).toMatchObject({ hits: 1 });
  });
});

describe('other actions', () => {
  test('a header is dropped; where there was none it is no hit', async () => {
    await using shop = await startShop();
    const caller = shop.caller();
    await shop.arm({ do: 'drop-header', header: 'Idempotency-Key' });
    await caller.ask('a', { metadata: { 'idempotency-key': 'k', other: 'o' } });
    expect(shop.metadata[0]?.get('idempotency-key')).toEqual([]);
    expect(shop.metadata[0]?.get('other')).toEqual(['o']);
    await caller.ask('b');
    expect(await shop.wire.disarm('rule')).toMatchObject({ hits: 1 });
  });

  test('twice: the callee is asked twice, the caller gets one reply', async () => {
    await using shop = await startShop();
    await shop.arm({ do: 'twice' }, { times: 1 });
    expect((await shop.caller().ask('again')).code).toBe(status.OK);
    await hit(shop);
    expect(shop.asked).toEqual(['again', 'again']);
  });

  test('go away: the call was not looked at, later ones use another connection', async () => {
    await using shop = await startShop();
    const caller = shop.caller();
    await caller.ask('before');
    await shop.arm({ do: 'goaway' }, { times: 1 });
    await caller.ask('during');
    const deadline = soon(8_000);
    expect((await caller.ask('behind', { deadline })).code).toBe(status.OK);
    const exchanges = await shop.exchanges(3);
    expect(exchanges[1]).toMatchObject({ outcome: 'reset', forwarded: false, fault: 'rule', connection: 1 });
    expect(exchanges.at(-1)?.connection).toBe(2);
  });

  test('go away after: the call ends well, later ones use another connection', async () => {
    await using shop = await startShop();
    const caller = shop.caller();
    await shop.arm({ do: 'goaway', at: 'after' }, { times: 1 });
    expect((await caller.ask('during')).code).toBe(status.OK);
    expect((await caller.ask('behind', { deadline: soon(8_000) })).code).toBe(status.OK);
    expect((await shop.exchanges(2)).map(({ connection }) => connection)).toEqual([1, 2]);
  });

  test('a code that gRPC does not have is refused', async () => {
    await using shop = await startShop();
    await expect(shop.arm({ do: 'status', status: 503 })).rejects.toThrow('status must be 1 to 16, got 503');
    await expect(shop.arm({ do: 'kafka-ack-lost' })).rejects.toThrow('speaks grpc');
  });
});
