/** A server of the sidecar, once it listens; it ends when what is under way has ended. */
import type { Http2Server, Http2Session } from 'node:http2';
import type { Server } from 'node:net';
import { HOST } from './config.ts';

export interface Listener {
  readonly port: number;
  /** Takes nothing new; resolves when the last call has ended. */
  close(): Promise<void>;
}

/** Resolves when the port is open; 0 takes a free one. `letGo` ends connections once nothing is under way on them. */
export function listening(server: Server, port: number, letGo: () => void): Promise<Listener> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            letGo();
          }),
      });
    });
  });
}

/** The connections of an HTTP/2 server that are open now. */
export function sessionsOf(server: Pick<Http2Server, 'on'>): Set<Http2Session> {
  const sessions = new Set<Http2Session>();
  server.on('session', (session: Http2Session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => undefined);
  });
  return sessions;
}
