/** The public interface, made from the routing table. Who calls and how often is looked at before any upstream is asked. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpAnswer, HttpCall } from '../kit/http-client.ts';
import { PROBLEM_TYPE, ProblemError } from '../kit/problem.ts';
import { type Authenticate, type Client, unauthorized } from './authentication.ts';
import { openApiOf } from './openapi.ts';
import type { Limit } from './rate-limit.ts';
import { type CacheAnswer, isCached, isUnchanged, type ResponseCache } from './response-cache.ts';
import type { Summarise } from './summary.ts';
import { type Row, TABLE } from './table.ts';
import type { Upstream } from './upstream.ts';

export interface GatewayRoutes {
  /** The whole API document as JSON text; without it what the routing table alone can tell is served. */
  readonly document?: () => Promise<string>;
  readonly authenticate: Authenticate;
  /** Rows of the table that lead elsewhere are left out. */
  readonly upstreams: Readonly<Record<string, Upstream>>;
  /** Without it nobody is held back. */
  readonly limit?: Limit;
  readonly cache?: ResponseCache;
  readonly summarise?: Summarise;
}

export function addRoutes(server: FastifyInstance, parts: GatewayRoutes, table: readonly Row[] = TABLE): void {
  addOwnRoutes(server, parts);
  if (parts.upstreams.user) readForms(server);
  const rows = table.filter(({ upstream }) => parts.upstreams[upstream] !== undefined);
  const { document } = parts;
  server.get('/openapi.json', async (_, reply) =>
    document ? reply.type('application/json; charset=utf-8').send(await document()) : openApiOf(rows),
  );
  const places = Map.groupBy(rows, ({ method, path }) => `${method} ${path}`);
  for (const candidates of places.values()) {
    const [first] = candidates;
    if (first === undefined) continue;
    server.route({
      method: first.method,
      url: first.path,
      handler: async (request, reply) => {
        const row = candidates.find((candidate) => matches(candidate, request));
        if (row === undefined) return reply.callNotFound();
        return serve(row, parts, request, reply);
      },
    });
  }
}

/** Routes that are more than a way to one upstream. */
function addOwnRoutes(server: FastifyInstance, parts: GatewayRoutes): void {
  const { summarise } = parts;
  if (summarise) {
    server.get<{ Params: { id: string } }>('/api/v1/orders/:id/summary', async (request, reply) => {
      const client = await admit('customer', parts, request);
      const summary = await summarise(request.params.id, client?.id ?? '');
      return 'order' in summary ? reply.send(summary) : pass(reply, summary, {});
    });
  }
}

/** Token requests are forms (RFC 6749); behind the door everything is JSON. */
function readForms(server: FastifyInstance): void {
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
}

/** Lets a request in: answers who calls, or throws 401, 403 or 429. */
export async function admit(
  access: Row['access'],
  { authenticate, limit }: GatewayRoutes,
  request: Pick<FastifyRequest, 'headers' | 'ip'>,
): Promise<Client | undefined> {
  const client = access === 'anyone' ? undefined : await authenticate(request.headers);
  await limit?.(client === undefined ? `address:${request.ip}` : `${client.kind}:${client.id}`, client?.limit);
  if (access === 'anyone' || access === 'anyone-known') return client;
  if (client === undefined) throw unauthorized('a bearer token or an API key is needed');
  const may = access === 'customer' ? client.kind === 'customer' : client.scopes.includes(access.scope);
  if (!may) throw new ProblemError(403, 'Forbidden', { detail: 'who calls may not do this' });
  return client;
}

/** A longer path (with its query) is not worth a place in the cache. */
const MOST_CACHED = 300;

async function serve(row: Row, parts: GatewayRoutes, request: FastifyRequest, reply: FastifyReply) {
  const client = await admit(row.access, parts, request);
  const upstream = parts.upstreams[row.upstream];
  if (upstream === undefined) return reply.callNotFound();
  const call = callOf(row, request, client);
  if (row.cached && parts.cache && call.path.length <= MOST_CACHED) {
    const answer = await parts.cache(call.path, () => upstream.ask(call));
    return isCached(answer) ? passCached(reply, request, answer) : pass(reply, answer, row);
  }
  return pass(reply, await upstream.ask(call), row);
}

function callOf(row: Row, request: FastifyRequest, client: Client | undefined): HttpCall {
  const asked = row.ask?.(request.body, request.headers) ?? { headers: {}, body: request.body };
  return {
    method: row.method,
    path: targetOf(row, request),
    headers: { ...asked.headers, ...(client?.kind === 'customer' && { 'x-user-id': client.id }) },
    ...(row.method !== 'GET' && { body: asked.body }),
  };
}

/** The path at the upstream: each placeholder filled in again, encoded; the query as it came. */
function targetOf({ target }: Row, { params, url }: FastifyRequest): string {
  const values = params as Readonly<Record<string, string>>;
  const path = target.replaceAll(/:(\w+)|\*/g, (whole, name: string | undefined) =>
    (values[name ?? whole] ?? '')
      .split('/')
      .map(encodeURIComponent)
      .join(name === undefined ? '/' : '%2F'),
  );
  const query = url.indexOf('?');
  return query < 0 ? path : path + url.slice(query);
}

function matches({ header }: Row, { headers }: FastifyRequest): boolean {
  return header === undefined || headers[header[0]] === header[1];
}

/** Headers of an upstream's answer that are meant for the public. */
const PASSED_ON = ['retry-after', 'cache-control', 'idempotency-replayed'] as const;

/** The upstream's answer, as ours. */
function pass(reply: FastifyReply, { status, headers, body }: HttpAnswer, { answer }: Pick<Row, 'answer'>) {
  for (const name of PASSED_ON) {
    const value = headers[name];
    if (value !== undefined) reply.header(name, value);
  }
  if (status >= 400) reply.type(PROBLEM_TYPE);
  const shown = answer === undefined ? body : status >= 400 ? answer.problem(body) : answer.good(body);
  return reply.code(status).send(shown);
}

function passCached(reply: FastifyReply, { headers }: FastifyRequest, { status, page }: CacheAnswer) {
  const ageSeconds = Math.max(0, Math.floor((performance.timeOrigin + performance.now() - page.storedAt) / 1_000));
  reply.header('etag', page.etag).header('age', String(ageSeconds)).header('x-cache', status);
  if (isUnchanged(headers['if-none-match'], page.etag)) return reply.code(304).send();
  return reply.code(200).send(page.body);
}
