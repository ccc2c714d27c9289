/** The wire: a protocol-aware recording proxy in front of every edge. What other modules may use of it. */
export { wireClient } from './client.ts';
export type { LagRow, LagTracker } from './lag.ts';
export type { ExchangeFacts, RuleBook, Session, SessionContext, SessionFactory, WireEdge } from './session.ts';
export { type StartedWire, startWire, type WireConfig } from './start.ts';
