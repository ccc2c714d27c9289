/** The harness's side of the warden's control API. */
import { type Dispatcher, request } from 'undici';
import { ERROR_CODES, type ErrorCode, HarnessError, messageOf, type PartStatus, type Parts } from '../core/index.ts';
import type { PartSpec, WardenFailure } from './warden/spec.ts';

export interface WardenClient {
  readonly parts: Parts;
  /** Has the part started; resolves when it is ready. */
  add(spec: PartSpec, signal?: AbortSignal): Promise<PartStatus>;
  /** A file or folder that goes when the lab goes. */
  ownPath(path: string): Promise<void>;
  /** From now on the lab outlives this process. */
  detach(): Promise<void>;
  /** Ends the lab; resolves with the warden's pid when all else is gone. */
  shutdown(): Promise<{ readonly pid: number }>;
}

export function wardenClient(url: string, token: string): WardenClient {
  const call = <T>(method: 'GET' | 'POST', path: string, body?: unknown, signal?: AbortSignal) =>
    callWarden<T>({ url, token, method, path, body, signal });
  const act = (action: string) => (part: string, env?: Readonly<Record<string, string>>) =>
    call<PartStatus>('POST', `/parts/${encodeURIComponent(part)}/${action}`, { env });
  return {
    parts: {
      list: () => call('GET', '/parts'),
      start: act('start'),
      stop: act('stop'),
      kill: act('kill'),
      pause: act('pause'),
      resume: act('resume'),
      restart: act('restart'),
      press: (part, pressure) => call('POST', `/parts/${encodeURIComponent(part)}/press`, pressure),
      relieve: (part, on) => call('POST', `/parts/${encodeURIComponent(part)}/relieve`, { on }),
      felt: (part, on) => call('GET', `/parts/${encodeURIComponent(part)}/felt?on=${on}`),
      unready: () => call('GET', '/unready'),
      usage: () => call('GET', '/usage'),
      logTail: (part, lines) => call('GET', `/parts/${encodeURIComponent(part)}/log?lines=${lines}`),
      events: (from) => call('GET', `/records?from=${from}`),
    },
    add: (spec, signal) => call('POST', '/parts', spec, signal),
    ownPath: (path) => call('POST', '/paths', { path }),
    detach: () => call('POST', '/detach', {}),
    shutdown: () => call('POST', '/shutdown', {}),
  };
}

interface Call {
  readonly url: string;
  readonly token: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

async function callWarden<T>({ url, token, method, path, body, signal }: Call): Promise<T> {
  let reply: Dispatcher.ResponseData;
  try {
    // A part may take its time to be ready: how long is up to the warden.
    reply = await request(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      headersTimeout: 0,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new HarnessError({
      code: 'lab-lost',
      message: `the warden of the lab at ${url} does not answer: ${messageOf(cause)}`,
      hint: 'The lab has ended; boot another. What it left is swept by the next start.',
      cause,
    });
  }
  const answer: unknown = await reply.body.json();
  if (reply.statusCode < 400) return answer as T;
  const failure = answer as WardenFailure;
  const code: ErrorCode = failure.code in ERROR_CODES ? (failure.code as ErrorCode) : 'internal';
  throw new HarnessError({ code, message: failure.message, ...(failure.hint !== undefined && { hint: failure.hint }) });
}
