/** The HTTP client of a service: kept connections to one upstream, one attempt per call, no retries of its own. */
import { openConnections } from './connections.ts';
import { contextHeaders, currentContext, timeLeftMs } from './context.ts';
import { beginSpan } from './tracing.ts';

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
  /** Given up after so many ms, or when nobody waits for the caller any more. */
  readonly withinMs?: number;
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

/** A client for one upstream (`http://host:port`). Trace, correlation id and deadline of the current context go along. */
export function createHttpClient(origin: string): HttpClient {
  const connections = openConnections(origin);
  return {
    async call({ method, path, headers, body, signal, withinMs = Number.POSITIVE_INFINITY }) {
      const leftMs = timeLeftMs() ?? Number.POSITIVE_INFINITY;
      const context = contextHeaders();
      const ended = startSpan(method, path, context.traceparent);
      try {
        const answer = await connections.ask({
          method,
          path,
          signal,
          withinMs: Math.min(withinMs, leftMs),
          headers: {
            ...context,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          body: body === undefined ? undefined : JSON.stringify(body),
        });
        ended(answer.status);
        return { status: answer.status, headers: answer.headers, body: parsed(answer.text) };
      } catch (error) {
        ended();
        throw error;
      }
    },
    close: () => connections.close(),
  };
}

/** True when the call surely never reached the upstream: nobody listened at its address. */
export function neverArrived(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ECONNREFUSED';
}

/** Answers what is to be called when the call has ended, with the status where there is one. */
function startSpan(method: string, path: string, traceparent = ''): (status?: number) => void {
  const name = `${method} ${path.split('?', 1)[0]}`;
  const end = beginSpan({ traceparent, parent: currentContext()?.traceparent, name, kind: 'client' });
  return (status) => {
    const answered: Record<string, number> = status === undefined ? {} : { 'http.response.status_code': status };
    end({ failed: status === undefined || status >= 500, attributes: { 'http.request.method': method, ...answered } });
  };
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
