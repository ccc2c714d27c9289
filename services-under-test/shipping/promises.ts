/** What the shipping service promises about its calls. The topology repeats it to the harness, and experiments try to falsify it. */

/** To the carrier: an attempt is given up after `deadlineMs`; a shipment is asked for again until the answer is definite. */
export const SHIPPING_TO_CARRIER = {
  deadlineMs: 1_000,
  retries: { attempts: 1_000_000, backoffMs: 100 },
  idempotent: true,
} as const;

/** To the carrier, where a parcel is: given up soon, and what was known last is answered instead. */
export const TRACKING_OF_CARRIER = {
  deadlineMs: 300,
  breaker: { threshold: 5, counts: 'attempts', timeoutMs: 300, openMs: 1_000, probes: 1, graceMs: 50 },
} as const;

/** To the broker: an event may be sent twice, its consumers make it one effect. */
export const SHIPPING_TO_KAFKA = { idempotent: true } as const;
