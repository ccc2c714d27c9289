/** Where a service dials its callees: its own sidecar, in plain text, HTTP/1.1 or gRPC. What cannot be brought over ends as a broken connection. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, createServer as createHttp2Server } from 'node:http2';
import { pipeline } from 'node:stream';
import { type Logger, reasonOf } from '../kit/log.ts';
import { createServer } from '../kit/node-http.ts';
import { TimedOut, type Way } from './ask.ts';
import type { Outbound } from './config.ts';
import { passedOn } from './headers.ts';
import { type Listener, listening, sessionsOf } from './listener.ts';
import { relay } from './relay.ts';

/** As services limit it themselves. */
const MOST_BYTES = 1024 * 1024;

export function serveOutbound(outbound: Outbound, way: Way, log: Logger): Promise<Listener> {
  return outbound.protocol === 'grpc' ? serveGrpc(outbound, way) : serveHttp(outbound, way, log);
}

function serveHttp({ port, name }: Outbound, way: Way, log: Logger): Promise<Listener> {
  let closing = false;
  const server = createServer((request, response) => {
    // A connection that is kept would keep the server from ending.
    const answering = () => {
      if (closing) response.shouldKeepAlive = false;
    };
    carry(request, response, way, answering).catch((error: unknown) => {
      log.warn({ to: name, path: request.url, reason: reasonOf(error) }, 'a call was not brought over');
      if (error instanceof TimedOut && !response.headersSent) refuse(response, 504, 'Callee too slow');
      else request.socket.destroy();
    });
  });
  server.keepAliveTimeout = 75_000;
  return listening(server, Number(port), () => {
    closing = true;
    server.closeIdleConnections();
  });
}

async function carry(
  request: IncomingMessage,
  response: ServerResponse,
  way: Way,
  answering: () => void,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const body = await bodyOf(request);
  if (body === undefined) return refuse(response, 413, 'Content too large');
  const { method = 'GET', url: path = '/', headers } = request;
  const answer = await way.ask({ method, path, headers: passedOn(headers), body }, gone.signal);
  answering();
  response.writeHead(answer.status, passedOn(answer.headers));
  pipeline(answer.body, response, (error) => {
    if (error) request.socket.destroy();
  });
}

/** Whole, so that the call can be made again; undefined where it is too long. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuse(response: ServerResponse, status: number, title: string): void {
  const problem = JSON.stringify({ type: 'about:blank', title, status });
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(problem);
}

function serveGrpc({ port }: Outbound, way: Way): Promise<Listener> {
  const server = createHttp2Server();
  server.on('stream', (from, { ':path': path = '', ...headers }) => {
    try {
      const { stream, ended } = way.open({ ...passedOn(headers), ':method': 'POST', ':path': path });
      relay(from, stream, ended);
    } catch {
      from.close(constants.NGHTTP2_REFUSED_STREAM);
    }
  });
  server.on('sessionError', () => undefined);
  const sessions = sessionsOf(server);
  return listening(server, Number(port), () => {
    for (const session of sessions) session.close();
  });
}
