/** One HTTP call to another service: which version, over which connection, how long, and whether it is tried a second time. */
import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';
import type { Logger } from '../kit/log.ts';
import type { Metrics } from '../kit/metrics.ts';
import { nowMs } from '../kit/time.ts';
import type { Destination, Outbound } from './config.ts';
import type { Sessions } from './sessions.ts';
import { createSplit } from './split.ts';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: ClientHttp2Stream;
}

/** It was not answered in time; whether it was done nobody knows. */
export class TimedOut extends Error {}

/** The way from a service to one callee. */
export interface Way {
  /** Rejects with `TimedOut`, or with what became of the connection. */
  ask(call: Call, signal: AbortSignal): Promise<Answer>;
  /** A stream for a gRPC call, and what to tell when it has ended. */
  open(headers: Record<string, string | string[]>): {
    readonly stream: ClientHttp2Stream;
    readonly ended: (status?: number) => void;
  };
}

const TAKEN_OUT = { failures: 3, outMs: 5_000, now: nowMs };

export function createWay({ name, to, timeoutMs }: Outbound, sessions: Sessions, metrics: Metrics, log: Logger): Way {
  const split = createSplit(to, TAKEN_OUT);
  const begin = (destination: Destination) => {
    const startedAt = nowMs();
    metrics.began();
    return (status?: number) => {
      metrics.ended(`${name} ${destination.version}`, status ?? 0, nowMs() - startedAt);
      if (split.ended(destination, status !== undefined && status < 500))
        log.warn({ event: 'taken-out', callee: name, version: destination.version }, 'it failed too often');
    };
  };
  const attempt = async (call: Call, signal: AbortSignal): Promise<Answer> => {
    const destination = split.choose();
    const ended = begin(destination);
    const inTime = AbortSignal.timeout(timeoutMs);
    try {
      const headers = { ':method': call.method, ':path': call.path, ...call.headers };
      const stream = sessions.request(destination, headers, call.body.length === 0);
      if (call.body.length > 0) stream.end(call.body);
      const answer = await answerOf(stream, AbortSignal.any([signal, inTime]));
      ended(answer.status);
      return answer;
    } catch (error) {
      // Who gave up says nothing about the callee.
      ended(signal.aborted ? 499 : undefined);
      if (!inTime.aborted) throw error;
      sessions.leave(destination);
      throw new TimedOut(`${name} did not answer within ${timeoutMs} ms`, { cause: error });
    }
  };
  return {
    async ask(call, signal) {
      try {
        return await attempt(call, signal);
      } catch (error) {
        if (signal.aborted || !mayRepeat(call, error)) throw error;
        return attempt(call, signal);
      }
    },
    open(headers) {
      const destination = split.choose();
      const stream = sessions.request(destination, headers, false);
      return { stream, ended: begin(destination) };
    },
  };
}

/** Once more, and only what may be done twice, or was surely not done. */
function mayRepeat({ method }: Call, error: unknown): boolean {
  if (error instanceof TimedOut) return false;
  return method === 'GET' || method === 'HEAD' || error instanceof NotDone;
}

/** The callee's sidecar said that it never began. */
class NotDone extends Error {}

function isRefused({ rstCode }: ClientHttp2Stream): boolean {
  return rstCode === constants.NGHTTP2_REFUSED_STREAM;
}

function answerOf(stream: ClientHttp2Stream, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const giveUp = () => stream.close(constants.NGHTTP2_CANCEL);
    signal.addEventListener('abort', giveUp, { once: true });
    stream.on('response', (headers) => resolve({ status: Number(headers[':status']), headers, body: stream }));
    stream.on('error', (error) => reject(isRefused(stream) ? new NotDone('it was not begun') : error));
    stream.on('close', () => {
      signal.removeEventListener('abort', giveUp);
      reject(isRefused(stream) ? new NotDone('it was not begun') : new Error('the connection ended'));
    });
  });
}
