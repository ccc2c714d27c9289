/**
 * Aggregation: one call answers with the order, its payment and its shipment. The order must be there; a part that is away,
 * slow, or whose slots are all taken is left out and named, so that the page stays useful.
 */
import { createBulkhead } from '../kit/bulkhead.ts';
import type { HttpAnswer } from '../kit/http-client.ts';
import { pause } from '../kit/time.ts';
import type { Upstream } from './upstream.ts';

export interface SummaryParts {
  readonly order: Upstream;
  readonly payment: Upstream;
  readonly shipment: Upstream;
}

export interface Summary {
  readonly order: unknown;
  /** null: there is none yet, or it is named in `degraded`. */
  readonly payment: unknown;
  readonly shipment: unknown;
  /** Parts that could not be asked now. */
  readonly degraded: readonly string[];
}

/** Calls to one part at a time. */
const SLOTS = 8;
/** A part that takes longer is left out. */
const PART_MS = 500;

/** The summary of a user's order, or the order service's answer where that is no 200. */
export type Summarise = (orderId: string, userId: string) => Promise<Summary | HttpAnswer>;

export function createSummary({ order, payment, shipment }: SummaryParts): Summarise {
  const parts = [
    { name: 'payment', path: 'payments', upstream: payment, bulkhead: createBulkhead('payment', SLOTS) },
    { name: 'shipment', path: 'shipments', upstream: shipment, bulkhead: createBulkhead('shipment', SLOTS) },
  ];
  return async (orderId, userId) => {
    const id = encodeURIComponent(orderId);
    const asked = order.ask({ method: 'GET', path: `/orders/${id}`, headers: { 'x-user-id': userId } });
    const found = parts.map(({ path, upstream, bulkhead }) =>
      inTime(bulkhead.run(() => upstream.ask({ method: 'GET', path: `/${path}/${id}` }))),
    );
    const answer = await asked;
    // Whose order it is decides whether anything is told.
    if (answer.status !== 200) return answer;
    const [paid, shipped] = await Promise.all(found);
    const away = parts.filter((_, index) => [paid, shipped][index] === undefined).map(({ name }) => name);
    return { order: answer.body, payment: bodyOf(paid), shipment: bodyOf(shipped), degraded: away };
  };
}

/** The answer, or undefined when there is none in time. */
async function inTime(answer: Promise<HttpAnswer>): Promise<HttpAnswer | undefined> {
  const late = new AbortController();
  try {
    return await Promise.race([answer.catch(() => undefined), pause(PART_MS, late.signal).then(() => undefined)]);
  } finally {
    late.abort();
  }
}

/** A 404 says that there is nothing yet. */
function bodyOf(answer: HttpAnswer | undefined): unknown {
  return answer?.status === 200 ? answer.body : null;
}
