/** What the order service promises about its calls. The topology repeats it to the harness, and experiments try to falsify it. */

/** To the broker: an event may be sent twice, its consumers make it one effect. */
export const ORDER_TO_KAFKA = { idempotent: true } as const;

/** To the inventory (gRPC): a question is given up soon, and while nobody answers orders are accepted without it. */
export const ORDER_TO_INVENTORY = {
  deadlineMs: 200,
  breaker: { threshold: 5, counts: 'attempts', timeoutMs: 200, openMs: 1_000, probes: 1, graceMs: 50 },
  idempotent: true,
  fallback: { status: 201, withinMs: 500 },
} as const;

/** Questions to the inventory at a time: a slow one does not hold all orders. */
export const INVENTORY_SLOTS = 16;

/** To the catalog (gRPC): asked once, and given up soon; a price that was good a minute ago is good while nobody answers. */
export const ORDER_TO_CATALOG = {
  deadlineMs: 500,
  breaker: { threshold: 5, counts: 'attempts', timeoutMs: 500, openMs: 1_000, probes: 1, graceMs: 50 },
  idempotent: true,
} as const;
