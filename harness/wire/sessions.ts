/** Which session speaks which protocol. */
import type { Protocol } from '../core/index.ts';
import { httpSession } from './http/session.ts';
import type { SessionFactory } from './session.ts';
import { tcpSession } from './tcp.ts';

/**
 * The session factory for a protocol; Kafka's is loaded when an edge needs it. Protocols the wire does not read
 * pass as TCP.
 */
export async function sessionFor(protocol: Protocol): Promise<SessionFactory> {
  if (protocol === 'http') return httpSession;
  if (protocol === 'kafka') return (await import('./kafka/index.ts')).kafkaSession;
  return tcpSession;
}
