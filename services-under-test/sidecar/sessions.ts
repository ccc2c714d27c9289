/** One HTTP/2 connection under mutual TLS to each destination; a new certificate means a new connection, and the old one ends with its last call. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import { type Logger, reasonOf } from '../kit/log.ts';
import type { Destination } from './config.ts';
import type { Identity } from './identity.ts';
import { expecting, RENEW, tlsOptions } from './trust.ts';

export interface Sessions {
  /** Begins a call over the connection that is there, or over a new one. */
  request(to: Destination, headers: OutgoingHttpHeaders, endStream: boolean): ClientHttp2Stream;
  /** Something is wrong with the connection: the next call gets another one. */
  leave(to: Destination): void;
  close(): void;
}

interface Line {
  readonly session: ClientHttp2Session;
  /** Under way. */
  calls: number;
  /** No new call is begun. */
  left: boolean;
}

const CONNECT_MS = 1_000;

export function createSessions(identity: Identity, authority: string, log: Logger): Sessions {
  const lines = new Map<Destination, Line>();
  const leave = (to: Destination) => {
    const line = lines.get(to);
    if (line === undefined) return;
    lines.delete(to);
    line.left = true;
    endWhenIdle(line);
  };
  const leaveAll = () => {
    for (const to of [...lines.keys()]) leave(to);
  };
  identity.onChange(leaveAll);

  const dial = (to: Destination): Line => {
    const session = connect(`https://${to.address}`, {
      ...tlsOptions(identity.current(), authority),
      checkServerIdentity: expecting(to.identity),
    });
    const line: Line = { session, calls: 0, left: false };
    const leaveThis = () => {
      if (lines.get(to) === line) leave(to);
    };
    session.on('error', (error) =>
      log.warn({ event: 'no-way', to: to.identity, reason: reasonOf(error) }, 'no connection'),
    );
    session.on('ping', (payload: Buffer) => {
      if (payload.equals(RENEW)) leaveThis();
    });
    session.on('goaway', leaveThis);
    session.on('close', leaveThis);
    AbortSignal.timeout(CONNECT_MS).addEventListener('abort', () => {
      if (session.connecting) session.destroy(new Error('it took too long to connect'));
    });
    lines.set(to, line);
    return line;
  };
  return {
    request(to, headers, endStream) {
      const known = lines.get(to);
      const line = known === undefined || known.session.closed || known.session.destroyed ? dial(to) : known;
      const stream = line.session.request(headers, { endStream });
      line.calls += 1;
      stream.on('close', () => {
        line.calls -= 1;
        endWhenIdle(line);
      });
      return stream;
    },
    leave,
    close: leaveAll,
  };
}

/** Not before: a GOAWAY overtakes calls that are begun and not yet sent, and they would never be answered. */
function endWhenIdle({ session, calls, left }: Line): void {
  if (left && calls === 0) session.close();
}
