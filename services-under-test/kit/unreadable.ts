/** What is answered to a request that cannot be read: an address wrongly encoded, a head that is no HTTP, a body without end. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { inContext, receivedContext } from './context.ts';
import { PROBLEM_TYPE, ProblemError, problemOf } from './problem.ts';
import { pause } from './time.ts';

const TOO_LONG = 'FST_ERR_MAX_PARAM_LENGTH';

/** No route was found for it, so no hook has run: the context begins here. */
export function refuseAddress({ code }: { readonly code: string }, { headers }: FastifyRequest, reply: FastifyReply) {
  const problem =
    code === TOO_LONG
      ? new ProblemError(414, 'Address too long', { detail: 'a part of the path is too long' })
      : new ProblemError(400, 'Unreadable address', { detail: 'the path is not encoded as it must be' });
  const text = (header: string | string[] | undefined) => (typeof header === 'string' ? header : undefined);
  const context = receivedContext(text(headers.traceparent), text(headers['x-correlation-id']), undefined);
  inContext(context, () => {
    reply.header('x-correlation-id', context.correlationId);
    reply.code(problem.status).type(PROBLEM_TYPE).send(problemOf(problem));
  });
}

/** There is no request: the answer is written to the connection, which ends. */
export function refuseConnection({ code }: { readonly code?: string }, socket: Socket): void {
  if (code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const problem =
    code === 'HPE_HEADER_OVERFLOW'
      ? new ProblemError(431, 'Headers too large', { detail: 'the head of the request is too large' })
      : new ProblemError(400, 'Bad request', { detail: 'this is no HTTP request that can be read' });
  const context = receivedContext(undefined, undefined, undefined);
  const body = inContext(context, () => JSON.stringify(problemOf(problem)));
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-correlation-id: ${context.correlationId}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** So much of a body that is too large is read and thrown away, and so long. */
const MOST_DRAINED = 8 * 1024 * 1024;
const DRAIN_MS = 1_000;

/** Reads the rest of a body: a connection that is closed with bytes unread is reset, and the caller never sees the answer. */
export async function drain(request: IncomingMessage): Promise<void> {
  if (request.complete || Number(request.headers['content-length'] ?? 0) > MOST_DRAINED) return;
  const over = new AbortController();
  const done = () => over.abort();
  request.once('end', done).once('close', done).resume();
  await pause(DRAIN_MS, over.signal);
}
