/** What the gateway promises about its calls. The topology repeats it to the harness, and experiments try to falsify it. */

/**
 * To each upstream: an attempt ends after 800 ms; a connection that broke or was refused is tried once more (a repeated
 * order has the effect of one, by its idempotency key), a time-out never; a breaker of its own; 503 with Retry-After.
 */
export const GATEWAY_TO_UPSTREAM = {
  deadlineMs: 800,
  retries: { attempts: 1, backoffMs: 50 },
  breaker: { threshold: 5, counts: 'attempts', timeoutMs: 800, openMs: 1_000, probes: 1, graceMs: 100 },
  idempotent: true,
  fallback: { status: 503, retryAfter: true, withinMs: 1_000 },
} as const;

/** To the inventory over gRPC: the caller's deadline or this, whichever is sooner; no retry; a breaker of its own. */
export const GATEWAY_TO_INVENTORY_GRPC = {
  deadlineMs: 500,
  breaker: { threshold: 5, counts: 'attempts', timeoutMs: 500, openMs: 1_000, probes: 1, graceMs: 100 },
  idempotent: true,
} as const;
