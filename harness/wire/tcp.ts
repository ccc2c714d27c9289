/**
 * The session of a protocol the wire does not read: bytes pass both ways, ends are passed on, the connection is
 * recorded.
 */
import type { SessionFactory } from './session.ts';

export const tcpSession: SessionFactory = (context) => ({
  fromCaller: (bytes) => context.toCallee(bytes),
  fromCallee: (bytes) => context.toCaller(bytes),
  callerEnded: () => context.endCallee(),
  calleeEnded: (how) => (how === 'reset' ? context.resetCaller() : context.endCaller()),
  calleeRefused: () => context.resetCaller(),
});
