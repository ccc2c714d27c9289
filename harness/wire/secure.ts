/** An encrypted edge: the caller's TLS ends at the wire, and another one begins towards the callee. What passes between is plain. */
import type { Socket } from 'node:net';
import { connect, createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { EdgeTls, WireEdge } from './session.ts';

/** Made once per edge, not once per connection. */
const CONTEXTS = new WeakMap<EdgeTls, SecureContext>();

function contextOf(tls: EdgeTls): SecureContext {
  const known = CONTEXTS.get(tls);
  if (known !== undefined) return known;
  const made = createSecureContext({ cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2' });
  CONTEXTS.set(tls, made);
  return made;
}

/** The caller's side: the wire answers in the callee's name. */
export function secureCaller(raw: Socket, tls: EdgeTls): TLSSocket {
  const secureContext = contextOf(tls);
  return new TLSSocket(raw, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] });
}

/** The callee's side: it must prove that it is the callee, to the lab's own authority. */
export function secureCallee(raw: Socket, { callee }: WireEdge, { authority }: EdgeTls): TLSSocket {
  const protocol = { minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] } as const;
  return connect({ socket: raw, ca: authority, servername: callee, ...protocol });
}
