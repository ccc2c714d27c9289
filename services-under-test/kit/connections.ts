/**
 * Kept connections to one origin, one request at a time on each: node:http, which a service has in memory for its own server
 * anyway. A client of its own (undici, with a parser in WebAssembly) took 14 MB more in each service, and more time for a call.
 */
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import { Agent, request } from './node-http.ts';

export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Given up after so many ms. */
  readonly withinMs?: number;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Connections {
  /** One request. Rejects when no complete answer came, and with the signal's reason when that aborts. */
  ask(ask: Ask): Promise<Answered>;
  /** Waits for what is under way and closes all. */
  close(): Promise<void>;
}

const CONNECT_MS = 1_000;
const MOST = 32;
/** Shorter than our servers keep one: none is closed under a request. */
const KEPT_MS = 30_000;

/** `origin`: `http://host:port`. */
export function openConnections(origin: string, most = MOST): Connections {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: most, maxFreeSockets: most, timeout: KEPT_MS });
  const place = { agent, host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 80 : Number(port) };
  const underWay = new Set<Promise<Answered>>();
  return {
    ask(ask) {
      const answered = answerTo(ask, place);
      underWay.add(answered);
      const forget = () => void underWay.delete(answered);
      answered.then(forget, forget);
      return answered;
    },
    async close() {
      await Promise.allSettled(underWay);
      agent.destroy();
    },
  };
}

function answerTo(
  { signal, withinMs = Number.POSITIVE_INFINITY, body, headers, ...asked }: Ask,
  place: Pick<RequestOptions, 'agent' | 'host' | 'port'>,
) {
  // Of a DELETE with a body node:http says no length, and what follows would be read as the next request.
  const sized = body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) };
  return new Promise<Answered>((resolve, reject) => {
    signal?.throwIfAborted();
    const call = request({ ...place, ...asked, headers: sized });
    const leave = (reason: unknown) => {
      reject(reason);
      call.destroy();
    };
    const onAbort = () => leave(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    // A timer that is cleared: a signal of its own for each call would go on until its time, and be aborted then, long after the answer.
    const late = () => leave(new DOMException(`no answer within ${withinMs} ms`, 'TimeoutError'));
    const timer = Number.isFinite(withinMs) ? setTimeout(late, withinMs) : undefined;
    call.on('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
    call.on('error', reject);
    call.on('socket', connectSoon);
    call.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    call.end(body);
  });
}

/** A connection that is not there after a second is given up. */
function connectSoon(socket: Socket): void {
  if (!socket.connecting) return;
  const late = () => Object.assign(new Error(`no connection within ${CONNECT_MS} ms`), { code: 'ETIMEDOUT' });
  const timer = setTimeout(() => socket.destroy(late()), CONNECT_MS);
  const known = () => clearTimeout(timer);
  socket.once('connect', known).once('close', known);
}
