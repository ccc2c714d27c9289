/**
 * Protocol translation: HTTP inside, WebSocket outside. `GET /api/v1/orders/:id/updates` sends the state of an order now and
 * whenever it changes, and closes when it is final. Who may not see the order is answered before there is a socket.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { inContext, receivedContext } from '../kit/context.ts';
import { type Logger, reasonOf } from '../kit/log.ts';
import { PROBLEM_TYPE, ProblemError, problemOf } from '../kit/problem.ts';
import { pause } from '../kit/time.ts';
import { admit, type GatewayRoutes } from './routes.ts';
import { headersOf, isFinal, orderIdOf } from './update-rules.ts';
import type { Upstream } from './upstream.ts';

export interface UpdatesOptions {
  readonly routes: GatewayRoutes;
  readonly order: Upstream;
  /** How often the order is looked at while somebody watches. */
  readonly everyMs: number;
  readonly log: Logger;
}

interface Seen {
  readonly status?: unknown;
  readonly [member: string]: unknown;
}

const MOST_SOCKETS = 1_000;
const GOING_AWAY = 1001;

/** Answers what ends it: sockets are told that the gateway goes away. */
export function serveOrderUpdates(server: Server, options: UpdatesOptions): () => Promise<void> {
  // No message of a client is wanted, so a large one is none.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1_024, handleProtocols: () => 'bearer' });
  const ending = new AbortController();

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    try {
      const { look, first } = await mayWatch(request, options, sockets.clients.size);
      sockets.handleUpgrade(request, socket, head, (client) => {
        // The context of the request is that of the socket.
        watch(client, look, first, options, ending.signal).catch((error: unknown) => {
          options.log.warn({ reason: reasonOf(error) }, 'a socket of updates ended');
          client.terminate();
        });
      });
    } catch (error) {
      refuse(socket, error);
    }
  };
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const { traceparent, 'x-correlation-id': correlationId } = request.headers;
    const context = receivedContext(
      String(traceparent ?? ''),
      correlationId === undefined ? '' : String(correlationId),
    );
    void inContext(context, () => upgrade(request, socket, head));
  });
  return async () => {
    ending.abort();
    for (const client of sockets.clients) client.close(GOING_AWAY);
    sockets.close();
  };
}

async function mayWatch(request: IncomingMessage, { routes, order }: UpdatesOptions, open: number) {
  const orderId = orderIdOf(request.url ?? '');
  if (orderId === undefined) throw new ProblemError(404, 'Not found', { detail: 'there is no such socket' });
  if (open >= MOST_SOCKETS)
    throw new ProblemError(503, 'Too many sockets', { detail: 'come again later', retryAfterSeconds: 5 });
  const from = { headers: headersOf(request.headers), ip: request.socket.remoteAddress ?? '' };
  const client = await admit('customer', routes, from);
  const look = async () => {
    const path = `/orders/${encodeURIComponent(orderId)}`;
    const answer = await order.ask({ method: 'GET', path, headers: { 'x-user-id': client?.id ?? '' } });
    if (answer.status !== 200)
      throw new ProblemError(answer.status, 'Order not found', { detail: 'there is no such order' });
    return answer.body as Seen;
  };
  return { look, first: await look() };
}

async function watch(
  client: WebSocket,
  look: () => Promise<Seen>,
  first: Seen,
  { everyMs, log }: UpdatesOptions,
  ending: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  client.on('close', () => gone.abort());
  client.on('error', () => gone.abort());
  const over = AbortSignal.any([gone.signal, ending]);
  let told: unknown;
  for (let seen: Seen | undefined = first; !over.aborted; seen = await look().catch(() => undefined)) {
    if (seen !== undefined && seen.status !== told) {
      told = seen.status;
      client.send(JSON.stringify(seen));
      log.info({ status: String(told) }, 'an update was sent');
    }
    if (isFinal(told)) return client.close(1000);
    await pause(everyMs, over);
  }
}

/** There is no socket yet: the answer is one of HTTP. */
function refuse(socket: Duplex, error: unknown): void {
  const problem = problemOf(error);
  const body = JSON.stringify(problem);
  const retry =
    error instanceof ProblemError && error.retryAfterSeconds !== undefined ? error.retryAfterSeconds : undefined;
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title.replaceAll(/[^\x20-\x7e]/g, ' ')}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...(retry === undefined ? [] : [`retry-after: ${retry}`]),
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
