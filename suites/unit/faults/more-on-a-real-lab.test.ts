/** Faults of connections by Toxiproxy, of bodies, and of processes over time: injected, hit, healed and interrupted on real services. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultSpec } from '../../../harness/core/index.ts';
import { systemClock, waitFor } from '../../../harness/core/index.ts';
import { findUnhealed } from '../../../harness/experiment/index.ts';
import { startTiny, type TinyLab } from './tiny-in-test.ts';

let tiny: TinyLab;
const sell: TinyLab['sell'] = (...given) => tiny.sell(...given);
const booked: TinyLab['booked'] = (key) => tiny.booked(key);
const withFault: TinyLab['withFault'] = (...given) => tiny.withFault(...given);

beforeAll(async () => {
  tiny = await startTiny();
}, 60_000);

afterAll(() => tiny?.close());

const BOOK = 'till->book';

describe('faults of connections', () => {
  test('bandwidth: a reply takes as long as its bytes need', async () => {
    const spec = { fault: 'bandwidth', target: 'driver->till', options: { kilobytesPerSecond: 1 } };
    const hits = await withFault(spec, async () => {
      expect((await sell('narrow')).tookMs).toBeGreaterThan(100);
    });
    expect(hits).toBeGreaterThan(0);
  });

  test('slicer: a reply comes in slices with pauses', async () => {
    const spec = { fault: 'slicer', target: BOOK, options: { sliceBytes: 16, pauseMs: 10 } };
    const hits = await withFault(spec, async () => {
      expect((await sell('sliced')).tookMs).toBeGreaterThan(50);
    });
    expect(hits).toBeGreaterThan(0);
  });

  test('reset by the peer: the till sees its connections broken', async () => {
    const hits = await withFault({ fault: 'reset-peer', target: BOOK }, async () => {
      expect((await sell('broken')).status).toBe(503);
    });
    expect(hits).toBeGreaterThan(0);
  });

  test('limited data: the reply breaks off', async () => {
    const hits = await withFault({ fault: 'limit-data', target: BOOK, options: { bytes: 40 } }, async () => {
      expect((await sell('limited')).status).toBe(503);
    });
    expect(hits).toBeGreaterThan(0);
  });

  test('slow close: the end of a connection lingers', async () => {
    const hits = await withFault({ fault: 'slow-close', target: BOOK, options: { delayMs: 200 } }, async () => {
      await sell('slow-close');
      await waitFor(
        async () => {
          const { records } = await tiny.lab.wire.records();
          return records.find((record) => record.type === 'connection' && (record.lingeredMs ?? 0) >= 180);
        },
        { what: 'a connection that lingered', deadlineMs: 4_000 },
      );
    });
    expect(hits).toBeGreaterThan(0);
  });

  test('a black hole for requests: the book hears nothing', async () => {
    const spec = { fault: 'black-hole', target: BOOK, options: { swallows: 'requests' } };
    const hits = await withFault(spec, async () => {
      expect((await sell('unheard')).status).toBe(503);
    });
    expect(hits).toBe(2);
    expect(await booked('unheard')).toBe(0);
  });

  test('down with resets counts each caller that tried', async () => {
    const spec = { fault: 'down', target: BOOK, options: { how: 'reset' } };
    const hits = await withFault(spec, async () => {
      expect((await sell('reset')).status).toBe(503);
    });
    expect(hits).toBeGreaterThanOrEqual(2);
  });

  test('an edge that flaps is sometimes there', async () => {
    const spec = { fault: 'edge-flapping', target: BOOK, options: { downMs: 150, upMs: 150 } };
    const seen = new Set<number>();
    const hits = await withFault(spec, async () => {
      await waitFor(
        async () => {
          seen.add((await sell(`flap-${seen.size}-${systemClock.now()}`)).status);
          return seen.has(201) && seen.has(503) ? true : undefined;
        },
        { what: 'both answers', deadlineMs: 10_000 },
      );
    });
    expect(hits).toBeGreaterThan(0);
  });

  test('a split cuts what leads from one side to the other, in the direction that was asked for', async () => {
    const hits = await withFault({ fault: 'split', target: 'book', options: { from: 'till' } }, async () => {
      expect((await sell('split')).status).toBe(503);
    });
    expect(hits).toBeGreaterThan(0);
    const none = tiny.plan({ fault: 'split', target: 'book', options: { from: 'till', direction: 'out' } });
    await expect(none).rejects.toThrow('no edge leads between book and till');
    await expect(tiny.plan({ fault: 'split', target: 'book', options: { from: 'bok' } })).rejects.toThrow(
      'no part bok',
    );
  });
});

describe('faults of exchanges', () => {
  test.each<[string, Readonly<Record<string, unknown>>, number]>([
    ['body-cut', { afterBytes: 5 }, 503],
    ['refused', {}, 503],
    ['rate-limited', { retryAfterS: 2 }, 429],
    ['body-replaced', { body: '{}' }, 201],
    ['header-dropped', { header: 'idempotency-key' }, 400],
  ])('%s', async (fault, options, status) => {
    const hits = await withFault({ fault, target: BOOK, options }, async () => {
      expect((await sell(`exchange-${fault}`)).status).toBe(status);
    });
    expect(hits).toBeGreaterThan(0);
  });
});

describe('faults of processes', () => {
  test('a graceful stop ends the part, the heal starts it', async () => {
    const hits = await withFault({ fault: 'graceful-stop', target: 'book' }, async () => {
      expect((await sell('stopped')).status).toBe(503);
    });
    expect(hits).toBe(1);
  });

  test('a restart is over when it is injected', async () => {
    expect(
      await withFault({ fault: 'restart', target: 'book' }, async () => {
        expect((await sell('restarted')).status).toBe(201);
      }),
    ).toBe(1);
  });

  test('a slow start is cut short by the heal', async () => {
    const startedAt = systemClock.now();
    const hits = await withFault({ fault: 'slow-start', target: 'book', options: { delayMs: 60_000 } }, async () => {
      expect((await sell('slow')).status).toBe(503);
    });
    expect(hits).toBe(1);
    expect(systemClock.now() - startedAt).toBeLessThan(20_000);
  });

  test('a part that flaps is there again after the heal', async () => {
    const spec = { fault: 'part-flapping', target: 'book', options: { downMs: 100, upMs: 300 } };
    const hits = await withFault(spec, async () => {
      await waitFor(async () => ((await sell('f')).status === 503 ? true : undefined), {
        what: 'a sale that failed',
        deadlineMs: 8_000,
      });
    });
    expect(hits).toBeGreaterThanOrEqual(1);
  });

  test('a wrong clock that nobody reads is no hit; it can be the clock of a Node service only', async () => {
    const spec: FaultSpec = { fault: 'clock-shifted', target: 'till', options: { offsetMs: -3_600_000 } };
    // The till never asks what time it is.
    expect(await withFault(spec, async () => void (await sell('clock')))).toBe(0);
    await expect(tiny.plan({ ...spec, target: 'book' })).rejects.toThrow('book is no Node service');
    await expect(tiny.plan({ ...spec, options: {} })).rejects.toThrow('neither offsetMs nor driftMsPerS');
  });

  test('a process whose files are used up turns callers away', async () => {
    const hits = await withFault({ fault: 'files-used-up', target: 'till' }, async () => {
      expect((await sell('no-files')).status).not.toBe(201);
      const { host, port } = tiny.lab.address('driver', 'till');
      const caller = connect({ host, port })
        .resume()
        .on('error', () => undefined);
      await once(caller, 'close');
    });
    expect(hits).toBeGreaterThan(0);
  });
});

test.each<FaultSpec>([
  { fault: 'bandwidth', target: BOOK, options: { kilobytesPerSecond: 1 } },
  { fault: 'slicer', target: BOOK },
  { fault: 'reset-peer', target: BOOK },
  { fault: 'limit-data', target: BOOK, options: { bytes: 10 } },
  { fault: 'slow-close', target: BOOK, options: { delayMs: 1_000 } },
  { fault: 'down', target: BOOK },
  { fault: 'split', target: 'book', options: { from: 'till' } },
  { fault: 'edge-flapping', target: BOOK },
  { fault: 'graceful-stop', target: 'book' },
  { fault: 'slow-start', target: 'book', options: { delayMs: 60_000 } },
  { fault: 'part-flapping', target: 'book' },
  { fault: 'files-used-up', target: 'till' },
])('interrupted at once, $fault leaves nothing', async (spec) => {
  const faults = await tiny.plan(spec);
  await faults.inject();
  await faults.heal();
  await faults.heal();
  expect(await findUnhealed(tiny.lab)).toEqual([]);
  expect((await sell(`interrupted-${spec.fault}`)).status).toBe(201);
});
