/**
 * Charging an order, in two phases: the payment is stored as pending, then the provider is asked, then the outcome is
 * stored with its event. A crash in between leaves a pending payment; the event comes again, and the provider, asked
 * again under the same key (the order id), gives its first answer.
 */
import { CircuitOpen } from '../kit/breaker.ts';
import type { Event } from '../kit/event.ts';
import { neverArrived } from '../kit/http-client.ts';
import { backoffMs, nowMs, pause } from '../kit/time.ts';
import type { StockReserved } from './events.ts';
import type { PspClient } from './psp-client.ts';
import { type Outcome, outcomeOf, patienceEndsAt, waitedTooLong } from './rules.ts';

/** Pauses between the attempts of one charge. */
const BACKOFF = { firstMs: 100, mostMs: 400 };

/** How many charges wait for the provider now. Undoing stands back for them. */
export interface Waiting {
  charges: number;
}

/**
 * Asks the provider until it gives a definite answer or the order has waited too long.
 * `askedBefore`: an earlier life of this process may have asked already. What it was told is asked for once more even
 * when the time is up, because that answer may exist.
 */
export async function charge(
  psp: PspClient,
  { orderId, data }: Event<StockReserved>,
  askedBefore: boolean,
  waiting: Waiting,
): Promise<Outcome> {
  const { total, paymentMethod, placedAt } = data;
  const body = { orderId, amount: total, currency: 'EUR', method: paymentMethod };
  let lateTimer: AbortSignal | undefined;
  const late = () => (lateTimer ??= AbortSignal.timeout(Math.max(0, patienceEndsAt(placedAt) - nowMs())));
  let unclear = askedBefore;
  let mayAskLate = askedBefore;

  waiting.charges++;
  try {
    for (let tries = 0; ; ) {
      if (psp.breaker.state() !== 'closed') await psp.breaker.untilAdmitted(late());
      if (waitedTooLong(placedAt, nowMs()) && !mayAskLate) {
        return { is: 'given-up', reason: 'the payment service provider could not be reached in time', unclear };
      }
      mayAskLate = false;
      try {
        const answer = await psp.attempt({ path: '/charges', orderId, key: orderId, body });
        return outcomeOf(answer.status, answer.body);
      } catch (error) {
        if (error instanceof CircuitOpen) continue;
        if (!neverArrived(error)) unclear = true;
        await pause(backoffMs(tries++, BACKOFF), late());
      }
    }
  } finally {
    waiting.charges--;
  }
}
