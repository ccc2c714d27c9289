/** The wire speaks HTTP/2, and gRPC on it. */
export { http2Session } from './session.ts';
