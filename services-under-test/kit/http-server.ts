/** The HTTP server of a service: fastify with trace, correlation id, deadline, problem documents, health, metrics, and one access-log line a request. */
import { readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import { currentContext, DEADLINE_HEADER, inContext, receivedContext } from './context.ts';
import { type HealthCheck, healthReport } from './health.ts';
import { type Logger, reasonOf } from './log.ts';
import { createMetrics } from './metrics.ts';
import { PROBLEM_TYPE, ProblemError, problemOf } from './problem.ts';
import { setting } from './settings.ts';
import { nowMs } from './time.ts';
import { isTracing, record } from './tracing.ts';
import { drain, refuseAddress, refuseConnection } from './unreadable.ts';

export interface ServerOptions {
  readonly log: Logger;
  /** What must be there for `/health/ready` to answer 200. */
  readonly ready: Readonly<Record<string, HealthCheck>>;
  /** Files (PEM) of the certificate chain and its key: the server speaks HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** At the edge of the system: every request gets this long (for ever, where it is Infinity), whatever it says of deadlines itself. */
  readonly deadlineMs?: number;
}

/** A server with everything but the routes of the service. */
export function createServer({ log, ready, tls, deadlineMs }: ServerOptions): FastifyInstance {
  const server = newServer(tls);
  const metrics = createMetrics(String(log.bindings().service ?? ''));

  server.addHook('onRequest', (request, reply, done) => {
    metrics.began();
    const { traceparent, 'x-correlation-id': correlationId, [DEADLINE_HEADER]: deadline } = request.headers;
    const until = deadlineMs === undefined ? one(deadline) : String(nowMs() + deadlineMs);
    const context = receivedContext(one(traceparent), one(correlationId), until);
    reply.header('x-correlation-id', context.correlationId);
    const isLate = context.deadlineAt !== undefined && context.deadlineAt <= nowMs();
    inContext(context, () => (isLate ? done(tooLate()) : done()));
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = `${request.method} ${request.routeOptions.url ?? 'unknown'}`;
    metrics.ended(route, reply.statusCode, reply.elapsedTime);
    if (!isInternal(request.url)) {
      const tookMs = Math.round(reply.elapsedTime * 10) / 10;
      log.info({ method: request.method, path: request.url, status: reply.statusCode, tookMs }, 'answered');
      if (isTracing()) recordSpan(request, route, reply.statusCode, reply.elapsedTime);
    }
    done();
  });

  letConnectionsGo(server);
  server.setErrorHandler(async (error, request, reply) => {
    const problem = problemOf(error);
    if (problem.status === 413) await drain(request.raw);
    if (problem.status >= 500) log.warn({ status: problem.status, reason: reasonOf(error) }, problem.title);
    if (error instanceof ProblemError && error.retryAfterSeconds !== undefined) {
      reply.header('retry-after', String(error.retryAfterSeconds));
    }
    return reply.code(problem.status).type(PROBLEM_TYPE).send(problem);
  });
  server.setNotFoundHandler((request, reply) => {
    const problem = problemOf(
      new ProblemError(404, 'Not found', { detail: `there is no ${request.method} ${request.url}` }),
    );
    return reply.code(404).type(PROBLEM_TYPE).send(problem);
  });

  server.get('/health/live', () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    const report = await healthReport(ready);
    return reply.code(report.status === 'ready' ? 200 : 503).send(report);
  });
  server.get('/metrics', (_request, reply) => reply.type('text/plain; version=0.0.4').send(metrics.text()));
  return server;
}

function tooLate(): ProblemError {
  return new ProblemError(504, 'Deadline passed', { detail: 'whoever asked does not wait any more' });
}

/** Who is answered while the service ends is told to come no more on its connection: an open one would hold the end up. */
function letConnectionsGo(server: FastifyInstance): void {
  let isClosing = false;
  server.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) reply.header('connection', 'close');
    done(null, payload);
  });
}

/** Listens on loopback, or on the address in HOST (in a container: all of them); the port is open when this resolves. */
export async function listen(server: FastifyInstance, port: number): Promise<void> {
  await server.listen({ port, host: setting('HOST', '127.0.0.1') });
  // What was compiled is kept for the next start, also where this process is killed: Node itself keeps it only at an orderly end.
  flushCompileCache();
}

function newServer(tls: ServerOptions['tls']): FastifyInstance {
  const options = {
    logger: false,
    // Callers keep connections: ours stay open longer than theirs, so that none is closed under a request.
    keepAliveTimeout: 75_000,
    forceCloseConnections: 'idle',
    bodyLimit: 256 * 1024,
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseConnection,
  } as const;
  if (tls === undefined) return fastify(options);
  const https = { cert: readFileSync(tls.cert), key: readFileSync(tls.key), minVersion: 'TLSv1.2' } as const;
  return fastify({ ...options, https }) as unknown as FastifyInstance;
}

/** What machines ask about the service itself is no work of it. */
function isInternal(url: string): boolean {
  return url.startsWith('/health/') || url === '/metrics';
}

function recordSpan({ method, url, headers }: FastifyRequest, route: string, status: number, tookMs: number): void {
  const context = currentContext();
  if (context === undefined) return;
  const endedAt = performance.timeOrigin + performance.now();
  record({
    traceparent: context.traceparent,
    parent: one(headers.traceparent),
    name: route,
    kind: 'server',
    startedAt: endedAt - tookMs,
    endedAt,
    failed: status >= 500,
    attributes: { 'http.request.method': method, 'url.path': url, 'http.response.status_code': status },
  });
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
