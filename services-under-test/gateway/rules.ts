/** Rules of the gateway: what may be tried again, and how a public request becomes an internal one. */
import type { HttpCall } from '../kit/http-client.ts';

const BROKEN = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE']);

/** True when the connection broke or was refused. A time-out is not: the work may still be going on. */
export function isBrokenConnection(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  return BROKEN.has(String(code)) || BROKEN.has(String(cause?.code));
}

/** True when doing it twice has the effect of once: by its method, or by an idempotency key. */
export function mayRepeat({ method, headers }: Pick<HttpCall, 'method' | 'headers'>): boolean {
  return method === 'GET' || method === 'PUT' || method === 'DELETE' || headers?.['idempotency-key'] !== undefined;
}

/** What the order service is asked: the idempotency key travels as a header, the rest as the body. */
export function orderCallOf(body: unknown): { readonly key: string; readonly body: unknown } {
  const { idempotencyKey, ...order } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >;
  return { key: typeof idempotencyKey === 'string' ? idempotencyKey : '', body: order };
}
