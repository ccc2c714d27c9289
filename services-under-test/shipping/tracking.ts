/** Where a parcel is: the carrier is asked, and what it said last is answered while it is away, marked as old (graceful degradation). */
import type { FastifyInstance } from 'fastify';
import { CircuitOpen, createBreaker } from '../kit/breaker.ts';
import type { Database, Statement } from '../kit/database.ts';
import { type HttpClient, UpstreamFailed } from '../kit/http-client.ts';
import { type Logger, reasonOf } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import { nowMs } from '../kit/time.ts';
import { TRACKING_OF_CARRIER } from './promises.ts';
import { type Step, stepsOf } from './rules.ts';
import type { ShipmentStore } from './store.ts';

export interface Tracked {
  readonly orderId: string;
  readonly tracking: string;
  readonly steps: readonly Step[];
  /** Epoch ms at which the carrier said so. */
  readonly knownAt: number;
  /** The carrier could not be asked now. */
  readonly stale: boolean;
}

const KEEP: Statement = {
  name: 'tracking-keep',
  text: `insert into tracking (order_id, steps, known_at) values ($1::uuid, $2::jsonb, $3::bigint)
    on conflict (order_id) do update set steps = excluded.steps, known_at = excluded.known_at
    where tracking.known_at <= excluded.known_at`,
};

const KEPT: Statement = {
  name: 'tracking-kept',
  text: 'select steps, known_at as "knownAt" from tracking where order_id = $1::uuid',
};

export interface TrackingParts {
  readonly carrier: HttpClient;
  readonly database: Database;
  readonly store: ShipmentStore;
  readonly log: Logger;
}

export function addTrackingRoute(server: FastifyInstance, { carrier, database, store, log }: TrackingParts): void {
  const breaker = createBreaker({ edge: 'shipping->carrier', ...TRACKING_OF_CARRIER.breaker, log });

  const ask = async (orderId: string, tracking: string): Promise<Tracked> => {
    const answer = await breaker.attempt(async (signal) => {
      const reply = await carrier.call({ method: 'POST', path: '/tracking', body: { tracking }, signal });
      if (reply.status >= 500) throw new UpstreamFailed(reply);
      return reply;
    });
    const knownAt = nowMs();
    const steps = stepsOf(answer.status, answer.body);
    await database.run(KEEP, [orderId, JSON.stringify(steps), knownAt]);
    return { orderId, tracking, steps, knownAt, stale: false };
  };
  const kept = async (orderId: string, tracking: string): Promise<Tracked> => {
    const [row] = await database.run<Pick<Tracked, 'steps' | 'knownAt'>>(KEPT, [orderId]);
    if (row !== undefined) return { orderId, tracking, ...row, stale: true };
    throw new ProblemError(503, 'Carrier unavailable', {
      detail: 'nobody can say now where the parcel is',
      retryAfterSeconds: 1,
    });
  };

  server.get<{ Params: { orderId: string } }>('/shipments/:orderId/tracking', async ({ params: { orderId } }) => {
    const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(orderId);
    const tracking = isId ? (await store.find(orderId))?.tracking : undefined;
    if (tracking == null)
      throw new ProblemError(404, 'Shipment not found', { detail: `there is no parcel of order ${orderId}` });
    return ask(orderId, tracking).catch((error: unknown) => {
      if (!(error instanceof CircuitOpen)) log.warn({ orderId, reason: reasonOf(error) }, 'the carrier did not answer');
      return kept(orderId, tracking);
    });
  });
}
