/** Sends records over the control API: all there is now as NDJSON, or as a stream of batches that goes on. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { systemClock } from '../core/index.ts';
import type { Recorder } from './recorder.ts';

/** Lines sent at once; the socket's back-pressure is waited for in between. */
const BATCH_LINES = 2_000;
/** Pause of a stream behind a batch: a busy wire would else write, and wake the reader, once per turn of its event loop. */
const PAUSE_MS = 4;

/** One record a line. The header `x-next` is the sequence number to go on from, `x-from` the one it began at. */
export async function sendRecords(recorder: Recorder, from: number, response: ServerResponse): Promise<void> {
  const end = recorder.read(Number.MAX_SAFE_INTEGER, 0).next;
  const first = recorder.read(from, 0).from;
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'x-from': String(first), 'x-next': String(end) });
  for (let at = first; at < end && !response.destroyed; ) {
    const batch = recorder.read(at, Math.min(BATCH_LINES, end - at));
    at = batch.next;
    await write(response, `${batch.lines.join('\n')}\n`);
  }
  response.end();
}

/**
 * One batch a line: `{"from":0,"next":2,"records":[…]}`. The first comes at once, even if empty. With `edge` only records
 * of that edge are sent: what the others would cost is not paid for by the one who does not read them.
 */
export async function streamRecords(
  recorder: Recorder,
  { from, edge }: { readonly from: number; readonly edge?: string },
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const mark = edge === undefined ? '' : JSON.stringify({ edge }).slice(1, -1);
  let at = from;
  let told = from;
  let wake: () => void = () => undefined;
  const unfollow = recorder.follow(() => wake());
  signal.addEventListener('abort', () => wake(), { once: true });
  try {
    for (let greeted = false; !signal.aborted; greeted = true) {
      const batch = recorder.read(at, BATCH_LINES);
      if (batch.lines.length === 0 && greeted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      told += batch.from - at;
      at = batch.next;
      const lines = mark === '' ? batch.lines : batch.lines.filter((line) => line.includes(mark));
      if (lines.length > 0 || !greeted) {
        await write(response, `{"from":${told},"next":${at},"records":[${lines.join(',')}]}\n`);
        told = at;
      }
      if (batch.lines.length < BATCH_LINES) await systemClock.delay(PAUSE_MS, signal).catch(() => undefined);
    }
  } finally {
    unfollow();
    response.end();
  }
}

async function write(response: ServerResponse, text: string): Promise<void> {
  if (response.destroyed || response.write(text)) return;
  await Promise.race([once(response, 'drain'), once(response, 'close')]).catch(() => undefined);
}
