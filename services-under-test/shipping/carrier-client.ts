/** The carrier, seen from shipping: one parcel per order, asked for until the answer is definite. */
import type { HttpClient } from '../kit/http-client.ts';
import { type Logger, reasonOf } from '../kit/log.ts';
import { backoffMs, pause } from '../kit/time.ts';
import { SHIPPING_TO_CARRIER } from './promises.ts';
import { type Verdict, verdictOf } from './rules.ts';

export interface Parcel {
  readonly orderId: string;
  readonly addressId: string;
  readonly value: number;
}

/** Asks the carrier to ship. The idempotency key is the order id, so asking again never makes a second parcel. */
export async function ship(carrier: HttpClient, parcel: Parcel, log: Logger, stopping: AbortSignal): Promise<Verdict> {
  const headers = { 'idempotency-key': parcel.orderId };
  for (let tries = 0; ; tries++) {
    stopping.throwIfAborted();
    try {
      const { status, body } = await carrier.call({
        method: 'POST',
        path: '/shipments',
        headers,
        body: parcel,
        withinMs: SHIPPING_TO_CARRIER.deadlineMs,
      });
      const verdict = verdictOf(status, body);
      if (verdict !== undefined) return verdict;
      log.warn({ orderId: parcel.orderId, status }, 'the carrier decided nothing');
    } catch (error) {
      log.warn({ orderId: parcel.orderId, reason: reasonOf(error) }, 'the carrier did not answer');
    }
    await pause(backoffMs(tries, { firstMs: SHIPPING_TO_CARRIER.retries.backoffMs, mostMs: 1_000 }), stopping);
  }
}
