/** The control API of the wire: HTTP on 127.0.0.1, every request must bring the lab's token. */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HarnessError, messageOf } from '../core/index.ts';
import { type ControlParts, ROUTES } from './control-routes.ts';

export interface ControlOptions extends ControlParts {
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly token: string;
}

/** Resolves when the API listens. Throws `port-taken` when the port is somebody else's. */
export async function startControl(options: ControlOptions): Promise<{ readonly url: string; close(): Promise<void> }> {
  const ending = new AbortController();
  const expected = Buffer.from(`Bearer ${options.token}`);
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return send(response, 401, { code: 'no-lab', message: 'the control API of the wire needs the token of the lab' });
    }
    answer(options, ending.signal, request, response).catch((thrown) => sendError(response, thrown));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const code = cause.code === 'EADDRINUSE' ? 'port-taken' : 'wire-failed';
      const message = `the wire's control API cannot listen on port ${options.port}: ${cause.message}`;
      reject(new HarnessError({ code, message, cause }));
    });
    server.listen(options.port, options.host ?? '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      ending.abort();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function answer(
  parts: ControlParts,
  ending: AbortSignal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://wire');
  const segments = url.pathname.split('/').slice(1).map(decodeURIComponent);
  for (const route of ROUTES) {
    if (route.method !== request.method) continue;
    const values = matchPath(route.path, segments);
    if (values === undefined) continue;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, ending]);
    const body = request.method === 'GET' || request.method === 'DELETE' ? undefined : await readJson(request);
    const result = await route.run(parts, { values, query: url.searchParams, body, response, signal });
    if (response.headersSent) return;
    return send(response, result === undefined ? 204 : 200, result);
  }
  send(response, 404, { code: 'bad-argument', message: `the wire has no ${request.method} ${url.pathname}` });
}

/** `rules/:` against `['rules', 'slow']` gives `['slow']`. */
function matchPath(path: string, segments: readonly string[]): string[] | undefined {
  const pattern = path.split('/');
  if (pattern.length !== segments.length) return undefined;
  if (!pattern.every((piece, index) => piece === ':' || piece === segments[index])) return undefined;
  return segments.filter((_, index) => pattern[index] === ':');
}

const BODY_BYTES = 1024 * 1024;

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > BODY_BYTES) {
      throw new HarnessError({ code: 'bad-argument', message: `a control request has more than ${BODY_BYTES} bytes` });
    }
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString() || '{}');
  } catch (cause) {
    throw new HarnessError({ code: 'bad-argument', message: 'the body of a control request is not JSON', cause });
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function sendError(response: ServerResponse, thrown: unknown): void {
  if (response.headersSent) {
    response.destroy();
  } else if (!(thrown instanceof HarnessError)) {
    send(response, 500, { code: 'internal', message: messageOf(thrown) });
  } else {
    const { code, message, hint } = thrown;
    send(response, code === 'unknown-name' ? 404 : 400, { code, message, hint });
  }
}
