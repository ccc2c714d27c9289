/** Each action on an HTTP exchange: injected, hit, healed and interrupted. */
import { describe, expect, test } from 'vitest';
import { waitFor } from '../../../../harness/core/index.ts';
import { CASE, EDGE, rawCaller, startRig, TRACEPARENT } from '../rig.ts';
import { counting, post, replies } from './counting-callee.ts';

describe('status', () => {
  test('before: the wire answers, the callee never sees the request, the connection stays usable', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm(
      { do: 'status', status: 503, headers: { 'retry-after': '1' }, body: '{"no":1}' },
      { operation: 'POST /charges', times: 1 },
    );
    const caller = await rawCaller(rig.port);
    caller.send(post('/charges', 'first'));
    const text = await caller.until((got) => got.endsWith('{"no":1}'));
    expect(text).toMatch(
      /^HTTP\/1\.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 8\r\nconnection: keep-alive\r\n\r\n/,
    );
    caller.send(post('/charges', 'second'));
    await caller.until((got) => got.endsWith('answer 1'));
    expect(callee.seen).toEqual(['POST /charges second']);
    const [refused, answered] = await rig.exchanges(2);
    expect(refused).toMatchObject({ outcome: 'answered', status: 503, forwarded: false, fault: 'rule' });
    expect(answered).toMatchObject({ outcome: 'answered', status: 201, forwarded: true });
    expect(answered?.fault).toBeUndefined();
    expect(await rig.wire.disarm('rule')).toMatchObject({ hits: 1 });
    expect(await rig.records('fault', 1)).toMatchObject([{ id: 'rule', event: 'hit', fault: 'status', target: EDGE }]);
  });

  test('before: pipelined neighbours keep their replies, in order', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'status', status: 500, body: 'broken' }, { operation: 'POST /b' });
    const caller = await rawCaller(rig.port);
    caller.send(post('/a') + post('/b', 'swallowed') + post('/c'));
    const text = await caller.until((got) => got.endsWith('answer 2'));
    expect(text.match(/HTTP\/1\.1 (\d+)/g)).toEqual(['HTTP/1.1 201', 'HTTP/1.1 500', 'HTTP/1.1 201']);
    expect(callee.seen).toEqual(['POST /a x', 'POST /c x']);
  });

  test('before: a caller that waits for 100 Continue is answered at once and the connection ends', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'status', status: 503 });
    const caller = await rawCaller(rig.port);
    caller.send('POST /a HTTP/1.1\r\nhost: o\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n');
    expect(await caller.gone()).toBe('end');
    expect(caller.text).toContain('connection: close');
    expect(callee.seen).toEqual([]);
  });

  test('after: the callee did the work, the caller gets the other reply', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'status', status: 500, body: 'oops', at: 'after' }, { times: 1 });
    const caller = await rawCaller(rig.port);
    caller.send(post('/a'));
    await caller.until((got) => got.startsWith('HTTP/1.1 500') && got.endsWith('oops'));
    caller.send(post('/b'));
    await caller.until((got) => got.endsWith('answer 2'));
    expect(callee.seen).toEqual(['POST /a x', 'POST /b x']);
    expect(await rig.exchanges(2)).toMatchObject([
      { status: 500, forwarded: true, fault: 'rule' },
      { status: 201, forwarded: true },
    ]);
  });
});

describe('delay', () => {
  test('before: the callee sees it later; the exchange lasts as long', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'delay', delayMs: 120 });
    const caller = await rawCaller(rig.port);
    caller.send(post('/a'));
    await waitFor(async () => (await rig.wire.hits('rule')).hits || undefined, { what: 'a hit', deadlineMs: 2_000 });
    expect(callee.seen).toEqual([]);
    await caller.until(replies(1));
    const [exchange] = await rig.exchanges(1);
    expect((exchange?.endAt ?? 0) - (exchange?.at ?? 0)).toBeGreaterThanOrEqual(119);
  });

  test('after: the callee answers at once, its reply comes later', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'delay', delayMs: 120, at: 'after' });
    const caller = await rawCaller(rig.port);
    caller.send(post('/a'));
    await waitFor(() => callee.seen[0], { what: 'the request', deadlineMs: 2_000 });
    expect(caller.text).toBe('');
    await caller.until(replies(1));
    const [exchange] = await rig.exchanges(1);
    expect((exchange?.endAt ?? 0) - (exchange?.at ?? 0)).toBeGreaterThanOrEqual(119);
  });

  test('a disarmed delay lets go at once', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'delay', delayMs: 60_000 });
    const caller = await rawCaller(rig.port);
    caller.send(post('/a'));
    await waitFor(async () => (await rig.wire.hits('rule')).hits || undefined, { what: 'a hit', deadlineMs: 2_000 });
    expect(await rig.wire.open()).toMatchObject([{ edge: EDGE, operation: 'POST /a' }]);
    expect(await rig.wire.disarm('rule')).toMatchObject({ hits: 1 });
    await caller.until(replies(1));
    expect(await rig.wire.hits('rule')).toMatchObject({ hits: 1 });
    expect(await rig.wire.open()).toEqual([]);
  });

  test('a caller that times out is recorded as gave-up at that moment; the request still reaches the callee', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'delay', delayMs: 200 });
    const giveUp = new AbortController();
    const call = expect(fetch(`${rig.url}/a`, { signal: giveUp.signal })).rejects.toThrow();
    await waitFor(async () => (await rig.wire.hits('rule')).hits || undefined, { what: 'a hit', deadlineMs: 2_000 });
    giveUp.abort();
    await call;
    const [exchange] = await rig.exchanges(1);
    expect(exchange).toMatchObject({ outcome: 'gave-up', forwarded: true, fault: 'rule' });
    expect((exchange?.endAt ?? 0) - (exchange?.at ?? 0)).toBeLessThan(200);
    await waitFor(() => callee.seen[0], { what: 'the late request', deadlineMs: 2_000 });
  });

  test('of one case only: another case on the same edge is not slowed', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'delay', delayMs: 5_000 }, { case: CASE });
    const slow = await rawCaller(rig.port);
    slow.send(post('/a', 'x', `traceparent: ${TRACEPARENT}\r\n`));
    const quick = await rawCaller(rig.port);
    quick.send(post('/a', 'y', `traceparent: 00-${'1'.repeat(32)}-bbbbbbbbbbbbbbbb-01\r\n`));
    await quick.until(replies(1));
    expect(slow.text).toBe('');
    expect(await rig.exchanges(1)).toMatchObject([{ case: '1'.repeat(16), trace: '1'.repeat(32) }]);
  });
});

describe('reset and lost reply', () => {
  test('reset before: the caller is reset, the callee never sees the request', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'reset' });
    const caller = await rawCaller(rig.port);
    caller.send(post('/a'));
    expect(await caller.gone()).toBe('reset');
    expect(await rig.exchanges(1)).toMatchObject([{ outcome: 'reset', forwarded: false, fault: 'rule' }]);
    expect(callee.seen).toEqual([]);
    await rig.wire.disarm('rule');
    expect((await fetch(`${rig.url}/a`)).status).toBe(201);
  });

  for (const action of [{ do: 'lost-reply' }, { do: 'reset', at: 'after' }] as const) {
    test(`${action.do}: the work is done, no byte of the reply comes, the caller is reset`, async () => {
      const callee = counting();
      await using rig = await startRig({ http: callee.http });
      await rig.arm(action, { key: 'k-7' });
      const caller = await rawCaller(rig.port);
      caller.send(post('/a', 'x', 'Idempotency-Key: k-7\r\n'));
      expect(await caller.gone()).toBe('reset');
      expect(caller.text).toBe('');
      expect(callee.seen).toEqual(['POST /a x']);
      expect(await rig.exchanges(1)).toMatchObject([
        { outcome: 'reset', forwarded: true, fault: 'rule', key: 'k-7', responseBytes: 0 },
      ]);
      expect(await rig.records('fault', 1)).toMatchObject([{ detail: 'POST /a: the reply 201 was lost' }]);
    });
  }

  test('lost silently: the caller hears nothing, even when the callee hangs up', async () => {
    await using rig = await startRig({
      tcp: (socket) => socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')),
    });
    await rig.arm({ do: 'lost-reply', silent: true });
    const caller = await rawCaller(rig.port);
    caller.send(post('/a'));
    await waitFor(async () => (await rig.wire.hits('rule')).hits || undefined, { what: 'a hit', deadlineMs: 2_000 });
    expect(await rig.wire.open()).toHaveLength(1);
    expect(caller.ended).toBe('open');
    caller.socket.destroy();
    expect(await rig.exchanges(1)).toMatchObject([{ outcome: 'gave-up', fault: 'rule' }]);
    expect(await rig.wire.open()).toEqual([]);
  });

  test('a status in the trigger: only such replies are lost', async () => {
    let status = 500;
    await using rig = await startRig({
      http: (_, response) => response.writeHead(status, { 'content-length': 1 }).end('x'),
    });
    await rig.arm({ do: 'lost-reply' }, { status: 200 });
    const caller = await rawCaller(rig.port);
    caller.send(post('/a'));
    await caller.until(replies(1));
    status = 200;
    caller.send(post('/a'));
    expect(await caller.gone()).toBe('reset');
    expect(await rig.wire.hits('rule')).toMatchObject({ hits: 1 });
  });
});

describe('twice', () => {
  test('the callee gets the same request twice, the caller one reply', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'twice' }, { nth: 2, times: 1 });
    const caller = await rawCaller(rig.port);
    for (const path of ['/a', '/b', '/c']) {
      const before = caller.text.length;
      caller.send(post(path, 'body'));
      await caller.until((text) => text.length > before && /answer \d$/.test(text));
    }
    await rig.records('fault', 1);
    expect([...callee.seen].sort()).toEqual(['POST /a body', 'POST /b body', 'POST /b body', 'POST /c body']);
    expect(caller.text.match(/HTTP\/1\.1/g)).toHaveLength(3);
    expect((await rig.exchanges(3))[1]).toMatchObject({ fault: 'rule' });
    expect(await rig.wire.hits('rule')).toMatchObject({ hits: 1 });
  });
});

describe('twice, to a callee that takes its time', () => {
  test('the second is answered, and counts, although the caller has left with the first answer', async () => {
    const left = Promise.withResolvers<void>();
    const seen: string[] = [];
    await using rig = await startRig({
      http: async (request, reply) => {
        seen.push(request.url ?? '');
        if (seen.length === 2) await left.promise;
        reply.end('answer');
      },
    });
    await rig.arm({ do: 'twice' });
    const answer = await fetch(`${rig.url}/a`, { headers: { connection: 'close' } });
    expect(await answer.text()).toBe('answer');
    // Opened, and closed.
    await rig.records('connection', 2);
    left.resolve();
    await rig.records('fault', 1);
    expect(seen).toEqual(['/a', '/a']);
    expect(await rig.wire.hits('rule')).toMatchObject({ hits: 1 });
    await expect.poll(() => rig.wire.open()).toEqual([]);
  });
});

describe('several rules', () => {
  test('each acts on its own exchange, counted per request and not per connection', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'status', status: 500 }, { operation: 'GET /o/*', nth: 2, times: 2 }, 'second');
    await rig.arm({ do: 'status', status: 418 }, { operation: 'GET /tea' }, 'tea');
    const statuses: number[] = [];
    for (const path of ['/o/1', '/tea', '/o/2', '/o/3', '/o/4']) {
      statuses.push((await fetch(`${rig.url}${path}`, { headers: { connection: 'close' } })).status);
    }
    expect(statuses).toEqual([201, 418, 500, 500, 201]);
    expect(await rig.wire.hits('second')).toMatchObject({ hits: 2 });
    expect(await rig.wire.rules()).toHaveLength(2);
  });
});
