/** What other sidecars bring: under mutual TLS, from an identity of this mesh that may use the route; then it goes to the service. */
import {
  type ClientHttp2Session,
  connect,
  constants,
  createSecureServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { type Logger, reasonOf } from '../kit/log.ts';
import { Agent, request as httpRequest } from '../kit/node-http.ts';
import type { Inbound, MeshConfig } from './config.ts';
import { CALLER_HEADER, passedOn } from './headers.ts';
import type { Identity } from './identity.ts';
import { type Listener, listening, sessionsOf } from './listener.ts';
import { mayCall } from './permissions.ts';
import { relay } from './relay.ts';
import { identityOf, RENEW, sameTrustDomain, tlsOptions } from './trust.ts';

export interface InboundOptions extends Pick<MeshConfig, 'identity'> {
  readonly inbound: Inbound;
  readonly own: Identity;
  readonly authority: string;
  readonly port: number;
  readonly log: Logger;
}

export function serveInbound({ inbound, identity, own, authority, port, log }: InboundOptions): Promise<Listener> {
  const shown = () => tlsOptions(own.current(), authority);
  const server = createSecureServer({ ...shown(), requestCert: true, rejectUnauthorized: true });
  const sessions = sessionsOf(server);
  const toService = createService(inbound);

  server.on('tlsClientError', (error) =>
    log.warn({ event: 'not-let-in', reason: reasonOf(error) }, 'a caller is not believed'),
  );
  server.on('session', (session) => {
    if (sameTrustDomain(callerOf(session), identity)) return;
    log.warn({ event: 'not-let-in', reason: `${callerOf(session)} is no identity of this mesh` }, 'a stranger');
    session.destroy();
  });
  server.on('stream', (stream, headers) => {
    const caller = callerOf(stream.session);
    const { ':method': method = '', ':path': path = '' } = headers;
    if (caller === undefined || !mayCall(inbound.allow, caller, method, path)) {
      log.warn({ event: 'not-allowed', caller, method, path }, 'refused');
      return refuse(stream, isGrpc(headers), caller);
    }
    toService(stream, headers, caller);
  });
  // Whoever is connected learns that a new connection is due.
  own.onChange(() => {
    server.setSecureContext(shown());
    for (const session of sessions) session.ping(RENEW, () => undefined);
  });
  return listening(server, port, () => {
    for (const session of sessions) session.close();
  });
}

function callerOf(session: Http2Session | undefined): string | undefined {
  const socket = session?.socket as TLSSocket | undefined;
  return socket && identityOf(socket.getPeerCertificate());
}

function isGrpc(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.startsWith('application/grpc') === true;
}

/** gRPC says it in its own words: PERMISSION_DENIED. */
function refuse(stream: ServerHttp2Stream, grpc: boolean, caller = 'nobody'): void {
  const detail = `${caller} may not call this`;
  if (grpc) {
    const said = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '7', 'grpc-message': detail };
    stream.respond(said, { endStream: true });
    return;
  }
  stream.respond({ ':status': 403, 'content-type': 'application/problem+json' });
  stream.end(JSON.stringify({ type: 'urn:problem:not-allowed', title: 'Not allowed', status: 403, detail }));
}

/** The way from the sidecar to the service beside it. */
function createService({ http, grpc }: Inbound) {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 32 });
  let session: ClientHttp2Session | undefined;
  const grpcSession = () => {
    if (session === undefined || session.closed || session.destroyed) {
      session = connect(`http://${grpc}`);
      session.on('error', () => undefined);
    }
    return session;
  };
  return (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, caller: string) => {
    const { ':method': method = 'GET', ':path': path = '/' } = headers;
    const kept = { ...passedOn(headers), [CALLER_HEADER]: caller };
    if (isGrpc(headers)) {
      const to = grpcSession().request({ ':method': method, ':path': path, ...kept });
      return relay(stream, to, () => undefined);
    }
    const { hostname: host, port } = new URL(`http://${http}`);
    const request = httpRequest({ host, port, method, path, headers: kept, agent });
    request.on('response', (answer) => {
      if (stream.destroyed) return answer.destroy();
      stream.respond({ ':status': answer.statusCode ?? 502, ...passedOn(answer.headers) });
      answer.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
      answer.pipe(stream);
    });
    request.on('error', (error) => stream.close(resetFor(error)));
    stream.on('error', () => request.destroy());
    stream.on('aborted', () => request.destroy());
    stream.pipe(request);
  };
}

/** A service that nobody hears has surely done nothing. */
function resetFor(error: NodeJS.ErrnoException): number {
  return error.code === 'ECONNREFUSED' ? constants.NGHTTP2_REFUSED_STREAM : constants.NGHTTP2_INTERNAL_ERROR;
}
