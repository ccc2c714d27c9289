/** Placeholder until the HTTP tap stands: bytes pass. */
export { tcpSession as httpSession } from '../tcp.ts';
