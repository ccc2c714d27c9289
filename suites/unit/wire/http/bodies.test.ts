/** What is done to bodies and heads of an HTTP exchange: cut, corrupted, trickled, replaced, given again, a header dropped. */
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { waitFor } from '../../../../harness/core/index.ts';
import { rawCaller, startRig } from '../rig.ts';
import { counting, post, replies } from './counting-callee.ts';

const JSON_BODY = '{"state":"completed"}';

/** A callee that answers JSON, with a length or chunked. */
const json = (chunked = false) => ({
  http: (_: unknown, response: import('node:http').ServerResponse) => {
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(!chunked && { 'content-length': JSON_BODY.length }),
    });
    if (chunked) response.write(JSON_BODY.slice(0, 3));
    response.end(chunked ? JSON_BODY.slice(3) : JSON_BODY);
  },
});

describe('cut', () => {
  test('the head and the first bytes come, then the connection is reset; the work is done', async () => {
    await using rig = await startRig(json());
    await rig.arm({ do: 'cut', afterBytes: 8 }, { times: 1 });
    const caller = await rawCaller(rig.port);
    caller.send(post('/a'));
    expect(await caller.gone()).toBe('reset');
    expect(caller.text.endsWith('\r\n\r\n{"state"')).toBe(true);
    expect(await rig.exchanges(1)).toMatchObject([{ outcome: 'reset', forwarded: true, fault: 'rule' }]);
    await expect(fetch(`${rig.url}/a`).then((reply) => reply.json())).resolves.toEqual({ state: 'completed' });
    expect(await rig.wire.disarm('rule')).toMatchObject({ hits: 1 });
  });

  test('a body that is shorter passes whole, and is no hit', async () => {
    await using rig = await startRig(json());
    await rig.arm({ do: 'cut', afterBytes: 5_000 });
    expect(await (await fetch(`${rig.url}/a`)).text()).toBe(JSON_BODY);
    expect(await rig.wire.hits('rule')).toMatchObject({ hits: 0 });
  });
});

describe('corrupt', () => {
  for (const chunked of [false, true]) {
    test(`the body is no JSON any more, its length is kept (${chunked ? 'chunked' : 'with a length'})`, async () => {
      await using rig = await startRig(json(chunked));
      await rig.arm({ do: 'corrupt', offset: 0, bytes: 1 }, { times: 1 });
      const bytes = Buffer.from(await (await fetch(`${rig.url}/a`)).arrayBuffer());
      expect(bytes).toHaveLength(JSON_BODY.length);
      expect(bytes[0]).toBe('{'.charCodeAt(0) ^ 0xff);
      expect(bytes.subarray(1).toString()).toBe(JSON_BODY.slice(1));
      expect(await (await fetch(`${rig.url}/a`)).text()).toBe(JSON_BODY);
      expect(await rig.wire.hits('rule')).toMatchObject({ hits: 1 });
    });
  }
});

describe('trickle', () => {
  test('the body comes in pieces with pauses, whole in the end, and the connection stays usable', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'trickle', bytes: 2, everyMs: 30 }, { times: 1 });
    const caller = await rawCaller(rig.port);
    caller.send(post('/a'));
    await caller.until((text) => text.endsWith('answer 1'));
    const [exchange] = await rig.exchanges(1);
    expect((exchange?.endAt ?? 0) - (exchange?.at ?? 0)).toBeGreaterThanOrEqual(4 * 29);
    caller.send(post('/b'));
    await caller.until((text) => text.endsWith('answer 2'));
    expect(await rig.wire.disarm('rule')).toMatchObject({ hits: 1 });
  });

  test('disarmed in the middle, the rest comes at once', async () => {
    await using rig = await startRig(json());
    await rig.arm({ do: 'trickle', bytes: 1, everyMs: 60_000 });
    const reply = fetch(`${rig.url}/a`).then((answer) => answer.text());
    await waitFor(async () => (await rig.wire.hits('rule')).hits || undefined, { what: 'a hit', deadlineMs: 2_000 });
    await rig.wire.disarm('rule');
    expect(await reply).toBe(JSON_BODY);
  });

  test('a caller that does not wait so long has given up', async () => {
    await using rig = await startRig(json());
    await rig.arm({ do: 'trickle', bytes: 1, everyMs: 50 });
    const impatient = fetch(`${rig.url}/a`, { signal: AbortSignal.timeout(150) }).then((answer) => answer.text());
    await expect(impatient).rejects.toThrow();
    expect(await rig.exchanges(1)).toMatchObject([{ outcome: 'gave-up', forwarded: true, fault: 'rule' }]);
    expect(await rig.wire.open()).toEqual([]);
  });
});

describe('replace and stale', () => {
  test('replaced: the status stays, the body is another', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'replace', body: '{"id":null}' }, { times: 1 });
    const reply = await fetch(`${rig.url}/a`);
    expect([reply.status, reply.headers.get('content-type')]).toEqual([201, 'application/json']);
    expect(await reply.text()).toBe('{"id":null}');
    expect(await (await fetch(`${rig.url}/a`)).text()).toBe('answer 2');
    expect(await rig.wire.disarm('rule')).toMatchObject({ hits: 1 });
  });

  test('stale: later calls of an operation get its first reply, although the callee did their work', async () => {
    const callee = counting();
    await using rig = await startRig({ http: callee.http });
    await rig.arm({ do: 'stale' }, { operation: 'GET /a*' });
    const texts: string[] = [];
    for (const path of ['/a', '/a', '/ab', '/a', '/c']) texts.push(await (await fetch(`${rig.url}${path}`)).text());
    expect(texts).toEqual(['answer 1', 'answer 1', 'answer 3', 'answer 1', 'answer 5']);
    expect(callee.seen).toHaveLength(5);
    expect(await rig.wire.disarm('rule')).toMatchObject({ hits: 2 });
    expect(await (await fetch(`${rig.url}/a`)).text()).toBe('answer 6');
  });
});

describe('drop-header', () => {
  test('the callee gets the request without it, whole otherwise; the record still knows the key', async () => {
    const heads: string[][] = [];
    await using rig = await startRig({
      http: (asked, response) => {
        heads.push(asked.rawHeaders);
        asked.resume().on('end', () => response.end('ok'));
      },
    });
    await rig.arm({ do: 'drop-header', header: 'idempotency-key' });
    const caller = await rawCaller(rig.port);
    caller.send(post('/a', 'body', 'Idempotency-Key: k-1\r\nx-other: o\r\n'));
    await caller.until(replies(1));
    caller.send(post('/a', 'body'));
    await caller.until(replies(2));
    expect(heads[0]).toEqual(['host', 'order', 'x-other', 'o', 'content-length', '4']);
    const [exchange] = await rig.exchanges(2);
    expect(exchange).toMatchObject({ key: 'k-1', fault: 'rule', forwarded: true, status: 200 });
    expect(await rig.wire.disarm('rule')).toMatchObject({ hits: 1 });
  });

  test('a header that frames the request cannot be dropped', async () => {
    await using rig = await startRig(json());
    await expect(rig.arm({ do: 'drop-header', header: 'Content-Length' })).rejects.toThrow('a request is none');
  });
});

test('numbers of an action are checked', async () => {
  await using rig = await startRig(json());
  await expect(rig.arm({ do: 'cut', afterBytes: -1 })).rejects.toThrow('afterBytes must be a whole number from 0 on');
  await expect(rig.arm({ do: 'goaway' })).rejects.toThrow('speaks http');
});

test('an edge that is cut while a body trickles ends the exchange as reset', async () => {
  await using rig = await startRig(json());
  await rig.arm({ do: 'trickle', bytes: 1, everyMs: 60_000 });
  const broken = new Promise((resolve) => {
    request(`${rig.url}/a`, (reply) => reply.on('error', resolve).resume())
      .on('error', resolve)
      .end();
  });
  await waitFor(async () => (await rig.wire.hits('rule')).hits || undefined, { what: 'a hit', deadlineMs: 2_000 });
  await rig.wire.setEdge('gateway->order', 'down');
  await broken;
  expect(await rig.exchanges(1)).toMatchObject([{ outcome: 'reset', fault: 'rule' }]);
});
