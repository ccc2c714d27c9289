/** What the payment service promises about its calls. The topology repeats it to the harness, and experiments try to falsify it. */

/** To the payment service provider: time-out, breaker, and no charge twice. */
export const PAYMENT_TO_PSP = {
  deadlineMs: 500,
  breaker: { threshold: 5, counts: 'attempts', timeoutMs: 500, openMs: 2_000, probes: 1, graceMs: 50 },
  idempotent: true,
} as const;

/** An order that waited so long since it was placed is not charged any more. */
export const PATIENCE_MS = 3_000;

/** To the broker: an event may be sent twice, its consumers make it one effect. */
export const PAYMENT_TO_KAFKA = { idempotent: true } as const;
