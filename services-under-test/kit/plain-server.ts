/** A very small JSON server on node:http, for the outside world: no framework, nothing to hide behind. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { flushCompileCache } from 'node:module';
import { createServer } from './node-http.ts';
import { setting } from './settings.ts';

export interface PlainRequest {
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  /** The JSON body, {} where there was none. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface PlainAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Answers by `METHOD /path`. */
export type PlainRoutes = Readonly<Record<string, (request: PlainRequest) => PlainAnswer>>;

/** Listens on loopback (or on the address in HOST) and answers until SIGTERM, then finishes what is under way and exits. */
export function servePlainly(port: number, routes: PlainRoutes, closeToo: () => void = () => undefined): void {
  const health = () => ({ status: 200, body: { status: 'ready' } });
  const all: PlainRoutes = { 'GET /health/live': health, 'GET /health/ready': health, ...routes };
  const server = createServer((request, response) => {
    answer(request, all)
      .catch(() => ({ status: 400, body: { title: 'Bad request', status: 400, detail: 'the body is no JSON object' } }))
      .then(({ status, body }) => send(response, status, body));
  });
  server.keepAliveTimeout = 75_000;
  // Kept for the next start, see `http-server.ts`.
  server.listen(port, setting('HOST', '127.0.0.1'), flushCompileCache);
  const end = () => {
    closeToo();
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), 1_000).unref();
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

async function answer(request: IncomingMessage, routes: PlainRoutes): Promise<PlainAnswer> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://plain');
  const route = routes[`${request.method} ${pathname}`];
  if (route === undefined) return { status: 404, body: { title: 'Not found', status: 404 } };
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  const body: unknown = text === '' ? {} : JSON.parse(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new TypeError('not an object');
  return route({ headers: request.headers, query, body: body as Record<string, unknown> });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}
