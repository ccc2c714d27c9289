/** Every fault of connections, HTTP exchanges and processes: shown injected, hit, healed and interrupted on real services. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findUnhealed } from '../../../harness/experiment/index.ts';
import { type Sale, startTiny, type TinyLab } from './tiny-in-test.ts';

let tiny: TinyLab;
const sell: TinyLab['sell'] = (...given) => tiny.sell(...given);
const booked: TinyLab['booked'] = (key) => tiny.booked(key);
const withFault: TinyLab['withFault'] = (...given) => tiny.withFault(...given);

beforeAll(async () => {
  tiny = await startTiny();
}, 60_000);

afterAll(() => tiny?.close());

describe('faults of connections', () => {
  test('latency slows replies, and is gone after the heal', async () => {
    const hits = await withFault({ fault: 'latency', target: 'till->book', options: { latencyMs: 150 } }, async () => {
      expect((await sell('latency')).tookMs).toBeGreaterThan(145);
    });
    expect(hits).toBeGreaterThan(0);
    expect((await sell('latency-after')).tookMs).toBeLessThan(145);
  });

  test('a black hole swallows replies until the caller gives up', async () => {
    const hits = await withFault({ fault: 'black-hole', target: 'till->book' }, async () => {
      expect((await sell('hole')).status).toBe(503);
    });
    expect(hits).toBe(2);
  });

  test('down refuses callers, and the edge is back after the heal', async () => {
    await sell('before-down');
    const spec = { fault: 'down', target: 'driver->till' };
    await withFault(spec, async () => {
      expect((await sell('down')).status).toBe(0);
    });
    expect(await booked('down')).toBe(0);
  });
});

describe('faults of exchanges', () => {
  test('a status is answered before the callee sees anything', async () => {
    const hits = await withFault({ fault: 'status', target: 'till->book', options: { status: 418 } }, async () => {
      expect((await sell('teapot')).status).toBe(418);
    });
    expect(hits).toBe(1);
    expect(await booked('teapot')).toBe(0);
  });

  test('a delay holds one exchange back and leaves the next alone', async () => {
    const hits = await withFault(
      { fault: 'delay', target: 'till->book', options: { delayMs: 120 }, trigger: { times: 1 } },
      async () => {
        expect((await sell('slow')).tookMs).toBeGreaterThan(115);
        expect((await sell('fast')).tookMs).toBeLessThan(115);
      },
    );
    expect(hits).toBe(1);
  });

  test('a reset before the work leaves no trace of it; the retry succeeds', async () => {
    const hits = await withFault({ fault: 'reset', target: 'till->book', trigger: { times: 1 } }, async () => {
      expect((await sell('reset')).status).toBe(201);
    });
    expect(hits).toBe(1);
    expect(await booked('reset')).toBe(1);
  });

  test('a lost reply means the work is done; the same key asks again and is booked once', async () => {
    const hits = await withFault({ fault: 'lost-reply', target: 'till->book', trigger: { times: 1 } }, async () => {
      expect((await sell('lost')).status).toBeLessThan(300);
    });
    expect(hits).toBe(1);
    expect(await booked('lost')).toBe(1);
  });

  test('a request delivered twice reaches the callee twice', async () => {
    const hits = await withFault({ fault: 'request-twice', target: 'till->book' }, async () => {
      expect((await sell('twice')).status).toBeLessThan(300);
      // The second is answered after the first, which is all that the caller hears of.
      await expect.poll(() => tiny.lab.wire.open()).toEqual([]);
    });
    expect(hits).toBe(1);
    expect(await booked('twice')).toBe(1);
  });

  test('a held request goes on when the fault is healed, and others overtake it', async () => {
    let held: Promise<Sale> | undefined;
    const hits = await withFault({ fault: 'hold', target: 'driver->till', trigger: { times: 1 } }, async () => {
      held = sell('held');
      expect((await sell('overtakes')).status).toBe(201);
      expect(await booked('held')).toBe(0);
    });
    expect((await held)?.status).toBe(201);
    expect(hits).toBe(1);
  });

  test('a fault scoped to a case leaves other cases alone', async () => {
    const spec = { fault: 'status', target: 'till->book', options: { status: 500 } };
    const hits = await withFault(spec, async () => {
      expect((await sell('other', '00000000000000bb')).status).toBe(201);
      expect((await sell('mine')).status).toBe(500);
    });
    expect(hits).toBe(1);
  });
});

describe('faults of processes', () => {
  test('a killed part is gone and comes back by the heal', async () => {
    const hits = await withFault({ fault: 'kill', target: 'book' }, async () => {
      expect((await sell('killed')).status).toBe(503);
    });
    expect(hits).toBe(1);
  });

  test('a paused part answers nothing and goes on by the heal', async () => {
    const hits = await withFault({ fault: 'pause', target: 'book' }, async () => {
      expect((await sell('paused')).status).toBe(503);
    });
    expect(hits).toBe(1);
  });

  test('a crash at an exchange kills the process while the request is held; the request is never seen', async () => {
    const hits = await withFault({ fault: 'crash-at', target: 'till->book', options: { part: 'till' } }, async () => {
      expect((await sell('crash')).status).toBe(0);
    });
    expect(hits).toBe(1);
    expect(await booked('crash')).toBe(0);
  });
});

test('a fault that hit nothing says 0 hits', async () => {
  const spec = {
    fault: 'status',
    target: 'till->book',
    options: { status: 500 },
    trigger: { operation: 'GET /never' },
  };
  expect(await withFault(spec, async () => void (await sell('unhit')))).toBe(0);
});

test('a fault that is interrupted before anything happened is taken back', async () => {
  const faults = await tiny.plan({ fault: 'crash-at', target: 'till->book' });
  await faults.inject();
  await faults.heal();
  await faults.heal();
  expect(await findUnhealed(tiny.lab)).toEqual([]);
});
