/** Rules of order updates: which socket is asked for, with which token, and when there is nothing more to tell. */
import type { IncomingHttpHeaders } from 'node:http';

const FINAL = new Set<unknown>(['completed', 'rejected', 'payment_failed', 'cancelled']);

/** The order in the path of an updates socket. */
export function orderIdOf(url: string): string | undefined {
  return /^\/api\/v1\/orders\/([\w-]{1,100})\/updates(?:\?|$)/.exec(url)?.[1];
}

/** True when nothing leads out of this state. */
export function isFinal(status: unknown): boolean {
  return FINAL.has(status);
}

/** A browser cannot set headers of a socket: its token stands among the protocols, after `bearer`. */
export function headersOf(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const token = /^bearer\s*,\s*([A-Za-z0-9._-]+)$/.exec(headers['sec-websocket-protocol'] ?? '')?.[1];
  return headers.authorization === undefined && token !== undefined
    ? { ...headers, authorization: `Bearer ${token}` }
    : headers;
}
