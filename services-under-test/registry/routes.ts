/** The registry's HTTP interface: register, heartbeat, deregister; list, and watch by a question that waits for news. */
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import { object, readShape, text } from '../kit/shape.ts';
import { pause } from '../kit/time.ts';
import type { Directory, Listing } from './rules.ts';

export interface RegistryRoutes {
  readonly directory: Directory;
  readonly log: Logger;
  /** Aborts when the registry ends: whoever waits for news is answered. */
  readonly ending: AbortSignal;
}

const name = text({ max: 100, pattern: /^[a-z][a-z0-9-]*$/, like: 'lower-case letters, digits and dashes' });
const nameShape = object({ service: name });
const placeShape = object({ service: name, id: name });
export const registrationShape = object({
  id: name,
  address: text({ pattern: /^[A-Za-z0-9.-]+:[1-9]\d{0,4}$/, like: 'host:port' }),
});

/** The longest a watcher may wait for news. */
const LONGEST_WAIT_MS = 25_000;
const MOST_SERVICES = 200;
const MOST_INSTANCES = 100;

export function addRoutes(server: FastifyInstance, { directory, log, ending }: RegistryRoutes): void {
  server.post('/services/:service/instances', async (request, reply) => {
    const { service } = readShape(nameShape, request.params);
    const instance = readShape(registrationShape, request.body, 'Invalid instance');
    refuseTooMany(directory, service);
    if (directory.register(service, instance))
      log.info({ event: 'registered', of: service, instance: instance.id }, 'an instance registered');
    return reply.code(201).send(instance);
  });
  server.put('/services/:service/instances/:id/heartbeat', async (request, reply) => {
    const { service, id } = readShape(placeShape, request.params);
    if (!directory.heartbeat(service, id)) throw unknownInstance(id);
    return reply.code(204).send();
  });
  server.delete('/services/:service/instances/:id', async (request, reply) => {
    const { service, id } = readShape(placeShape, request.params);
    if (!directory.deregister(service, id)) throw unknownInstance(id);
    log.info({ event: 'deregistered', of: service, instance: id }, 'an instance left');
    return reply.code(204).send();
  });

  server.get('/services', () => ({ services: directory.services().map(directory.list) }));
  server.get<{ Querystring: Readonly<Record<string, unknown>> }>('/services/:service/instances', async (request) => {
    const { service } = readShape(nameShape, request.params);
    const after = wholeOf('after', request.query.after, -1);
    const waitMs = Math.min(wholeOf('waitMs', request.query.waitMs, 0), LONGEST_WAIT_MS);
    return newerThan(directory, service, after, waitMs, ending);
  });
}

/** The list once it is newer than `after`, or as it is when the time is up. */
async function newerThan(
  directory: Directory,
  service: string,
  after: number,
  waitMs: number,
  ending: AbortSignal,
): Promise<Listing> {
  const now = directory.list(service);
  if (now.version > after || waitMs === 0) return now;
  const news = new AbortController();
  const forget = directory.onChange(service, () => news.abort());
  await pause(waitMs, AbortSignal.any([news.signal, ending]));
  forget();
  return directory.list(service);
}

function refuseTooMany(directory: Directory, service: string): void {
  const services = directory.services();
  const isFull = !services.includes(service) && services.length >= MOST_SERVICES;
  if (isFull || directory.list(service).instances.length >= MOST_INSTANCES)
    throw new ProblemError(429, 'Registry full', { detail: 'no more can register', retryAfterSeconds: 10 });
}

function unknownInstance(id: string): ProblemError {
  return new ProblemError(404, 'Instance not found', { detail: `there is no instance ${id}: it has to register` });
}

function wholeOf(field: string, value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  throw new ProblemError(400, 'Invalid query', { detail: `${field} must be a whole number`, field });
}
