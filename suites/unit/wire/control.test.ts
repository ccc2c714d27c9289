/** The control API: the token, rules checked before they are armed, records read and streamed. */
import { describe, expect, test } from 'vitest';
import type { HistoryRecord } from '../../../harness/core/index.ts';
import { startWire, wireClient } from '../../../harness/wire/index.ts';
import { EDGE, freePort, rawCaller, startRig, TOKEN } from './rig.ts';

const http = (_: unknown, response: import('node:http').ServerResponse) => void response.end('ok');

describe('the token', () => {
  test('is needed for every question; nothing is told without it', async () => {
    await using rig = await startRig({ http });
    for (const path of ['rules', 'records', 'records/stream', 'open', 'offsets', 'nowhere']) {
      for (const authorization of [undefined, 'Bearer wrong', `Bearer ${TOKEN}x`, TOKEN]) {
        const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
        expect((await fetch(`${rig.controlUrl}/${path}`, { headers })).status).toBe(401);
      }
    }
    await expect(wireClient(rig.controlUrl, 'wrong').rules()).rejects.toMatchObject({ code: 'no-lab' });
  });

  test('the API listens on loopback only', async () => {
    await using rig = await startRig({ http });
    expect(new URL(rig.controlUrl).hostname).toBe('127.0.0.1');
  });
});

describe('what the wire keeps', () => {
  test('is told with the share of its records, and stands still when exchanges end', { timeout: 30_000 }, async () => {
    const large = 'x'.repeat(20_000);
    await using rig = await startRig({ http: (_, response) => void response.end(large) });
    const work = async (from: number, count: number) => {
      for (let index = from; index < from + count; index++) {
        await rig.wire.arm({
          ...{ id: `rule-${index}`, edge: EDGE, trigger: { case: `case-${index}` } },
          action: { do: 'delay', delayMs: 1 },
        });
        await (await fetch(`${rig.url}/${index}`, { method: 'POST', body: large })).text();
        await rig.wire.disarm(`rule-${index}`);
      }
      const { bytes, recordBytes } = await rig.wire.kept();
      return { beside: bytes - recordBytes, recordBytes };
    };
    const warm = await work(0, 100);
    const later = await work(100, 200);
    expect(later.recordBytes).toBeGreaterThan(warm.recordBytes + 200 * 100);
    // Of an exchange of 40 kB nothing is left but its record.
    expect(later.beside - warm.beside).toBeLessThan(200 * 10_000);
  });
});

describe('rules', () => {
  const bad = [
    [{ edge: 'gateway->nowhere', trigger: {}, action: { do: 'reset' } }, 'unknown-name', 'no edge "gateway->nowhere"'],
    [{ edge: EDGE, trigger: {}, action: { do: 'kafka-copy' } }, 'fault-refused', 'speaks http'],
    [{ edge: EDGE, trigger: {}, action: { do: 'explode' } }, 'fault-refused', 'cannot do "explode"'],
    [{ edge: EDGE, trigger: { nth: 0 }, action: { do: 'reset' } }, 'bad-argument', 'nth must be a whole number'],
    [{ edge: EDGE, trigger: {}, action: { do: 'status', status: 99 } }, 'bad-argument', 'got 99'],
    [{ edge: EDGE, trigger: {}, action: { do: 'delay', delayMs: -1 } }, 'bad-argument', 'got -1'],
    [{ edge: EDGE, trigger: { status: 200 }, action: { do: 'reset' } }, 'bad-argument', 'needs an action at "after"'],
    [{ edge: EDGE, trigger: {} }, 'bad-argument', 'has no action'],
  ] as const;
  test.each(bad)('a rule that cannot act is refused: %j', async (rule, code, message) => {
    await using rig = await startRig({ http });
    const thrown = await rig.wire.arm({ id: 'x', ...rule } as never).catch((error) => error);
    expect(thrown).toMatchObject({ code });
    expect(thrown.message).toContain(message);
    expect(await rig.wire.rules()).toEqual([]);
  });

  test('an edge of bytes takes no rules', async () => {
    await using rig = await startRig({ protocol: 'tcp' });
    await expect(rig.arm({ do: 'reset' })).rejects.toMatchObject({ code: 'fault-refused' });
  });

  test('an id can be armed once at a time; hits can be asked for after it is disarmed', async () => {
    await using rig = await startRig({ http });
    await rig.arm({ do: 'status', status: 500 });
    await expect(rig.arm({ do: 'reset' })).rejects.toMatchObject({ code: 'bad-argument' });
    await fetch(rig.url);
    expect(await rig.wire.disarm('rule')).toMatchObject({ id: 'rule', hits: 1 });
    await fetch(rig.url);
    const hits = await rig.wire.hits('rule');
    expect(hits.hits).toBe(1);
    expect(hits.firstHitAt).toBeTypeOf('number');
    await expect(rig.wire.hits('other')).rejects.toMatchObject({ code: 'unknown-name' });
    await expect(rig.wire.disarm('other')).rejects.toMatchObject({ code: 'unknown-name' });
  });
});

describe('records', () => {
  test('are read from a number on, and streamed as they come', async () => {
    await using rig = await startRig({ http });
    const streamed: HistoryRecord[] = [];
    const ending = new AbortController();
    let next = 0;
    const stream = rig.wire.stream(
      0,
      (records, after) => {
        streamed.push(...records);
        next = after;
        if (streamed.some((record) => record.type === 'exchange' && record.operation === 'GET /2')) ending.abort();
      },
      ending.signal,
    );
    for (const path of ['/1', '/2']) await (await fetch(rig.url + path)).text();
    await stream;
    const all = await rig.wire.records();
    expect(all.records.slice(0, next)).toEqual(streamed);
    const later = await rig.wire.records(next);
    expect(later).toEqual({ records: all.records.slice(next), next: all.next });
    expect(await rig.wire.records(1_000_000)).toEqual({ records: [], next: all.next });
  });

  test('a stream ends with an error when the wire is gone', async () => {
    const rig = await startRig({ http });
    const stream = rig.wire.stream(0, () => undefined, new AbortController().signal);
    await rig.wire.rules();
    await rig[Symbol.asyncDispose]();
    await expect(stream).rejects.toMatchObject({ code: 'wire-failed' });
  });
});

describe('a port that is taken', () => {
  test('is named, and nothing is left listening', async () => {
    await using rig = await startRig({ http });
    const other = await freePort();
    const edge = {
      caller: 'a',
      callee: 'b',
      protocol: 'tcp',
      listenHost: '127.0.0.1',
      upstreamHost: '127.0.0.1',
      upstreamPort: 1,
    } as const;
    const starting = startWire({
      controlPort: 0,
      token: 't',
      edges: [
        { ...edge, id: 'a->b', listenPort: other },
        { ...edge, id: 'a->c', listenPort: rig.port },
      ],
    });
    await expect(starting).rejects.toMatchObject({
      code: 'port-taken',
      message: `the wire cannot listen on 127.0.0.1:${rig.port} for the edge a->c: port ${rig.port} is taken by another process`,
    });
    await expect(rawCaller(other)).rejects.toThrow('ECONNREFUSED');
  });
});
