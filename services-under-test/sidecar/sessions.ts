/** One HTTP/2 connection under mutual TLS to each destination; a new certificate means a new connection, the old one ends its calls in peace. */
import { type ClientHttp2Session, connect } from 'node:http2';
import { type Logger, reasonOf } from '../kit/log.ts';
import type { Destination } from './config.ts';
import type { Identity } from './identity.ts';
import { expecting, tlsOptions } from './trust.ts';

export interface Sessions {
  /** The connection for the next call: one that is there, or a new one. */
  to(destination: Destination): ClientHttp2Session;
  /** Not for the next call: something is wrong with it. */
  leave(session: ClientHttp2Session): void;
  close(): void;
}

const CONNECT_MS = 1_000;

export function createSessions(identity: Identity, authority: string, log: Logger): Sessions {
  const open = new Map<Destination, ClientHttp2Session>();
  const leaveAll = () => {
    for (const session of open.values()) retire(session);
    open.clear();
  };
  identity.onChange(leaveAll);

  const dial = (destination: Destination): ClientHttp2Session => {
    const session = connect(`https://${destination.address}`, {
      ...tlsOptions(identity.current(), authority),
      checkServerIdentity: expecting(destination.identity),
    });
    const forget = () => {
      if (open.get(destination) === session) open.delete(destination);
    };
    session.on('error', (error) =>
      log.warn({ event: 'no-way', to: destination.identity, reason: reasonOf(error) }, 'no connection'),
    );
    session.on('goaway', forget);
    session.on('close', forget);
    const late = AbortSignal.timeout(CONNECT_MS);
    late.addEventListener('abort', () => {
      if (session.connecting) session.destroy(new Error('it took too long to connect'));
    });
    open.set(destination, session);
    return session;
  };
  return {
    to(destination) {
      const known = open.get(destination);
      return known === undefined || known.closed || known.destroyed ? dial(destination) : known;
    },
    leave(session) {
      for (const [destination, one] of open) if (one === session) open.delete(destination);
      retire(session);
    },
    close: leaveAll,
  };
}

/** Ends once its calls have ended; those of a connection that is not there yet wait for it first. */
function retire(session: ClientHttp2Session): void {
  if (session.connecting) session.once('connect', () => session.close());
  else session.close();
}
