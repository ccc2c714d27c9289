/** Joins two HTTP/2 streams of one call: body, answer and trailers go through, and each learns how the other ended (gRPC streams, too). */
import { type ClientHttp2Stream, constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { passedOn } from './headers.ts';

/** `ended` is told the status of the answer, undefined where there was none. */
export function relay(from: ServerHttp2Stream, to: ClientHttp2Stream, ended: (status?: number) => void): void {
  let trailers: IncomingHttpHeaders | undefined;
  let status: number | undefined;
  from.pipe(to);
  to.on('response', (headers, flags) => {
    status = Number(headers[':status']);
    if (from.destroyed) return;
    const answer = { ':status': status, ...passedOn(headers) };
    if (isLast(flags)) return from.respond(answer, { endStream: true });
    from.respond(answer, { waitForTrailers: true });
    to.pipe(from);
  });
  to.on('trailers', (found) => {
    trailers = found;
  });
  from.on('wantTrailers', () => {
    if (trailers === undefined) from.close();
    else from.sendTrailers(passedOn(trailers));
  });
  to.on('error', () => undefined);
  from.on('error', () => undefined);
  to.on('close', () => {
    ended(status);
    if (status === undefined && !from.destroyed && !from.headersSent) unavailable(from);
    else if (to.rstCode !== constants.NGHTTP2_NO_ERROR) from.close(to.rstCode);
  });
  from.on('close', () => {
    if (!to.closed) to.close(constants.NGHTTP2_CANCEL);
  });
}

/** In the words of gRPC, as a client says it of a connection that is gone. */
function unavailable(from: ServerHttp2Stream): void {
  const said = { 'grpc-status': '14', 'grpc-message': 'there is no way to the callee' };
  from.respond({ ':status': 200, 'content-type': 'application/grpc', ...said }, { endStream: true });
}

/** The answer ends with its headers. */
function isLast(flags: number): boolean {
  return (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
}
