/** The HTTP server of a service: fastify with trace, correlation id, problem documents, health and one access-log line a request. */
import { type FastifyInstance, fastify } from 'fastify';
import { inContext, receivedContext } from './context.ts';
import { type HealthCheck, healthReport } from './health.ts';
import { type Logger, reasonOf } from './log.ts';
import { PROBLEM_TYPE, ProblemError, problemOf } from './problem.ts';
import { setting } from './settings.ts';

export interface ServerOptions {
  readonly log: Logger;
  /** What must be there for `/health/ready` to answer 200. */
  readonly ready: Readonly<Record<string, HealthCheck>>;
}

/** A server with everything but the routes of the service. */
export function createServer({ log, ready }: ServerOptions): FastifyInstance {
  // Callers keep connections: ours stay open longer than theirs, so that none is closed under a request.
  const server = fastify({
    logger: false,
    keepAliveTimeout: 75_000,
    forceCloseConnections: 'idle',
    bodyLimit: 256 * 1024,
  });

  server.addHook('onRequest', (request, reply, done) => {
    const context = receivedContext(one(request.headers.traceparent), one(request.headers['x-correlation-id']));
    reply.header('x-correlation-id', context.correlationId);
    inContext(context, done);
  });
  server.addHook('onResponse', (request, reply, done) => {
    if (!request.url.startsWith('/health/')) {
      const tookMs = Math.round(reply.elapsedTime * 10) / 10;
      log.info({ method: request.method, path: request.url, status: reply.statusCode, tookMs }, 'answered');
    }
    done();
  });

  server.setErrorHandler((error, _request, reply) => {
    const problem = problemOf(error);
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
  return server;
}

/** Listens on loopback, or on the address in HOST (in a container: all of them); the port is open when this resolves. */
export async function listen(server: FastifyInstance, port: number): Promise<void> {
  await server.listen({ port, host: setting('HOST', '127.0.0.1') });
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
