/** Driving a load: faults in the middle third, taken off whatever ends it, processes that share the work. Scripts stand for k6. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Drive, drive } from '../../../harness/load/drive.ts';
import { script, tempFolder } from '../setup/temp.ts';

const POINT = `{"metric":"http_req_duration","type":"Point","data":{"time":"2026-01-31T10:00:00Z","value":5,"tags":{"status":"200"}}}`;
const DURATION_MS = 600;

function options(body: string, more: Partial<Drive> = {}): Drive & { readonly did: string[] } {
  const folder = tempFolder();
  const did: string[] = [];
  return {
    job: { k6: script(folder, 'k6', body), script: join(folder, 'scenario.ts'), environment: {} },
    processes: 1,
    durationMs: DURATION_MS,
    onPoint: () => void did.push('point'),
    inject: async () => void did.push('inject'),
    heal: async () => void did.push('heal'),
    onTick: () => undefined,
    signal: new AbortController().signal,
    did,
    ...more,
  };
}

test('faults are put on at a third and taken off at two thirds, counted from the first request', async () => {
  const asked = options(`sleep 0.3; echo '${POINT}'; sleep 0.8; echo '${POINT}'`);
  expect(await drive(asked)).toMatchObject({ end: 'completed' });
  expect(asked.did.slice(0, 4)).toEqual(['point', 'inject', 'heal', 'point']);
});

test('a load that ends before its faults are due never puts them on', async () => {
  const asked = options(`echo '${POINT}'`, { durationMs: 60_000 });
  await drive(asked);
  expect(asked.did).not.toContain('inject');
});

test('a load that ends with its faults on takes them off', async () => {
  const asked = options(`echo '${POINT}'; sleep 0.4; exit 107`, { durationMs: 900 });
  expect(await drive(asked)).toMatchObject({ end: 'broken' });
  expect(asked.did).toContain('heal');
});

test('an abort stops k6 and takes the faults off', async () => {
  const stop = new AbortController();
  const asked = options(`trap 'exit 105' INT; echo '${POINT}'; while :; do sleep 0.05; done`, {
    durationMs: 300,
    signal: stop.signal,
  });
  const inject = async () => {
    asked.did.push('inject');
    stop.abort();
  };
  expect(await drive({ ...asked, inject })).toMatchObject({ end: 'stopped' });
  expect(asked.did.indexOf('heal')).toBeGreaterThan(asked.did.indexOf('inject'));
});

test('faults that cannot be put on end the load, and are told', async () => {
  const asked = options(`trap 'exit 105' INT; echo '${POINT}'; while :; do sleep 0.05; done`, {
    durationMs: 300,
    inject: async () => {
      throw new Error('no such edge');
    },
  });
  expect(await drive(asked)).toMatchObject({ end: 'stopped', trouble: 'no such edge' });
});

test('several processes share the work; the worst of their ends is the end', async () => {
  const body = `case "$*" in *segment=0/2:1/2*) exit 0;; *) echo '${POINT}'; exit 99;; esac`;
  const asked = options(body, { processes: 2, durationMs: 60_000 });
  expect(await drive(asked)).toMatchObject({ end: 'thresholds', exitCode: 99 });
  expect(asked.did).toContain('point');
});
