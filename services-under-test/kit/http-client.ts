/** The HTTP client of a service: one connection pool per upstream (undici), one attempt per call, no retries of its own. */
import { Pool } from 'undici';
import { contextHeaders } from './context.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The JSON body; undefined where there was none. */
  readonly body: unknown;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface HttpClient {
  /** One attempt. Rejects when no complete answer came; an answer of any status resolves. */
  call(call: HttpCall): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** An answer that says the upstream could not do its work (5xx): thrown inside policies, so that they can count it. */
export class UpstreamFailed extends Error {
  readonly answer: HttpAnswer;

  constructor(answer: HttpAnswer) {
    super(`the upstream answered ${answer.status}`);
    this.name = 'UpstreamFailed';
    this.answer = answer;
  }
}

/** A client for one upstream (`http://host:port`). The trace and correlation id of the current context go along. */
export function createHttpClient(origin: string): HttpClient {
  const pool = new Pool(origin, {
    connections: 32,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    connect: { timeout: 1_000 },
  });
  return {
    async call({ method, path, headers, body, signal }) {
      const answer = await pool.request({
        method,
        path,
        signal,
        headers: {
          ...contextHeaders(),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await answer.body.text();
      return { status: answer.statusCode, headers: answer.headers, body: parsed(text) };
    },
    close: () => pool.close(),
  };
}

/** True when the call surely never reached the upstream: nobody listened at its address. */
export function neverArrived(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ECONNREFUSED';
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
