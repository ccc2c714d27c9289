/** Holding an HTTP exchange: released, dropped, disarmed, and with its caller gone. */
import { describe, expect, test } from 'vitest';
import { CASE, EDGE, rawCaller, startRig, TRACEPARENT } from '../rig.ts';
import { counting, post, replies } from './counting-callee.ts';

describe('hold', () => {
  test('before: held until it is released, then it goes on', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'hold' }, { header: { name: 'X-Correlation-Id', value: 'c-1' } });
    const next = rig.wire.nextHeld('rule', 2_000);
    const caller = await rawCaller(rig.port);
    caller.send(post('/a', 'x', `x-correlation-id: c-1\r\ntraceparent: ${TRACEPARENT}\r\n`));
    const held = await next;
    expect(held).toMatchObject({ rule: 'rule', edge: EDGE, operation: 'POST /a', case: CASE });
    expect(callee.seen).toEqual([]);
    await rig.wire.release(held.token, 'forward');
    await caller.until(replies(1));
    expect(await rig.exchanges(1)).toMatchObject([{ outcome: 'answered', forwarded: true, correlation: 'c-1' }]);
    await expect(rig.wire.release(held.token, 'forward')).rejects.toMatchObject({ code: 'unknown-name' });
  });

  test('after, dropped: the work is done, the caller is reset', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'hold', at: 'after' });
    const caller = await rawCaller(rig.port);
    caller.send(post('/a'));
    const held = await rig.wire.nextHeld('rule', 2_000);
    expect(callee.seen).toEqual(['POST /a x']);
    await rig.wire.release(held.token, 'drop');
    expect(await caller.gone()).toBe('reset');
    expect(caller.text).toBe('');
  });

  test('the callee dies while its reply is held: the reply still comes when released', async () => {
    await using rig = await startRig({
      tcp: (socket) => socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')),
    });
    await rig.arm({ do: 'hold', at: 'after' });
    const caller = await rawCaller(rig.port);
    caller.send(post('/a'));
    const held = await rig.wire.nextHeld('rule', 2_000);
    await rig.wire.release(held.token, 'forward');
    await caller.until((text) => text.endsWith('ok'));
    expect(await caller.gone()).toBe('end');
  });

  test('disarming releases what is held', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'hold' });
    const caller = await rawCaller(rig.port);
    caller.send(post('/a'));
    await rig.wire.nextHeld('rule', 2_000);
    await rig.wire.disarm('rule');
    await caller.until(replies(1));
  });

  test('the caller is killed while it is held: dropped, the callee never sees it', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'hold' });
    const caller = await rawCaller(rig.port);
    caller.send(post('/a'));
    const held = await rig.wire.nextHeld('rule', 2_000);
    caller.socket.resetAndDestroy();
    await rig.wire.release(held.token, 'drop');
    expect(await rig.exchanges(1)).toMatchObject([{ outcome: 'gave-up', forwarded: false, fault: 'rule' }]);
    expect(callee.seen).toEqual([]);
  });

  test('a deadline without anything held is told', async () => {
    await using rig = await startRig({ http: counting().http });
    await rig.arm({ do: 'hold' });
    await expect(rig.wire.nextHeld('rule', 30)).rejects.toMatchObject({ code: 'timed-out' });
  });
});
