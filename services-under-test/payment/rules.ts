/** Rules of a payment: what the provider's answer means, and how long an order may wait for one. */
import { object, whole } from '../kit/shape.ts';
import { PATIENCE_MS } from './promises.ts';

/** What a voucher is worth, in cents. */
export const voucherShape = object({ amount: whole({ min: 1, max: 100_000 }) });

/** How a charge ended: the provider said yes or no, or it was given up without an answer. */
export type Outcome =
  | { readonly is: 'charged'; readonly chargeId: string }
  | { readonly is: 'failed'; readonly reason: string }
  /** `unclear`: an attempt may have reached the provider, so there may be a charge that nobody wants. */
  | { readonly is: 'given-up'; readonly reason: string; readonly unclear: boolean };

/** What an answer to a charge decides. Every 4xx is definite: the provider has decided that there is no charge. */
export function outcomeOf(status: number, body: unknown): Outcome {
  const chargeId = (body as { chargeId?: unknown } | undefined)?.chargeId;
  if (status === 201 && typeof chargeId === 'string') return { is: 'charged', chargeId };
  if (status === 402) return { is: 'failed', reason: 'declined' };
  return { is: 'failed', reason: `the payment service provider answered ${status}` };
}

/** Up to when (epoch ms) an order may wait for its charge. */
export function patienceEndsAt(placedAt: number): number {
  return placedAt + PATIENCE_MS;
}

/** True when the order waited too long and must not be charged any more. */
export function waitedTooLong(placedAt: number, nowMs: number): boolean {
  return nowMs >= patienceEndsAt(placedAt);
}
