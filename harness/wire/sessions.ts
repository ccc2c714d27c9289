/** Which session speaks which protocol. */
import type { Protocol } from '../core/index.ts';
import { httpSession } from './http/session.ts';
import type { SessionFactory } from './session.ts';
import { tcpSession } from './tcp.ts';

/**
 * The session factory for a protocol; all but HTTP's are loaded when an edge needs them. Protocols the wire does
 * not read pass as TCP.
 */
export async function sessionFor(protocol: Protocol): Promise<SessionFactory> {
  if (protocol === 'http') return httpSession;
  if (protocol === 'grpc') return (await import('./http2/index.ts')).http2Session;
  if (protocol === 'kafka') return (await import('./kafka/index.ts')).kafkaSession;
  if (protocol === 'smtp') return (await import('./smtp/index.ts')).smtpSession;
  if (protocol === 'redis') return (await import('./redis/index.ts')).redisSession;
  if (protocol === 'postgres') return (await import('./postgres/index.ts')).postgresSession;
  return tcpSession;
}
