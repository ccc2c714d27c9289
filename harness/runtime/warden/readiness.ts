/** Readiness probes: each looks once and says what it saw; the part is ready when the answer is `undefined`. */
import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { messageOf } from '../../core/errors.ts';
import { logSince } from './log-file.ts';
import type { PartSpec, ReadyProbe } from './spec.ts';

const HOST = '127.0.0.1';
const LOOK_TIMEOUT_MS = 1_000;

/** Answers undefined when ready, else what stood in the way. `logFrom` is where the log of this life begins. */
export function look(
  probe: ReadyProbe,
  spec: PartSpec,
  logFrom: number,
): Promise<string | undefined> | string | undefined {
  switch (probe.how) {
    case 'http':
      return httpGet(probe);
    case 'tcp':
      return exchange({ port: probe.port, heldMs: probe.heldMs });
    case 'exchange':
      return exchange({ ...probe, send: Buffer.from(probe.sendBase64, 'base64') });
    case 'log':
      return logSince(spec.logFile, logFrom).includes(probe.text) ? undefined : `no "${probe.text}" in its log`;
  }
}

/** What a part is waited for, as the end of "was not ready: ". */
export function describeProbe(probe: ReadyProbe): string {
  if (probe.how === 'http') return `GET ${probe.path} on port ${probe.port}`;
  return probe.how === 'log' ? `"${probe.text}" in its log` : `port ${probe.port}`;
}

/** By hand over a socket: many parts are looked at many times while they boot, and a client of its own costs each look ten times as much. */
function httpGet({ port, path, secure }: ReadyProbe & { readonly how: 'http' }): Promise<string | undefined> {
  return new Promise((resolve) => {
    const where = { host: HOST, port, timeout: LOOK_TIMEOUT_MS };
    // Whether it is ready is asked here; who it is, is asked by its callers.
    const socket = secure ? connectSecurely({ ...where, rejectUnauthorized: false }) : connect(where);
    let head = '';
    const end = (saw: string | undefined) => {
      socket.destroy();
      resolve(saw);
    };
    socket.setEncoding('latin1');
    socket.on(secure ? 'secureConnect' : 'connect', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${HOST}:${port}\r\nconnection: close\r\n\r\n`),
    );
    socket.on('data', (text: string) => {
      head += text;
      if (head.includes('\r\n')) end(sawIn(head));
    });
    socket.on('timeout', () => end(`no answer within ${LOOK_TIMEOUT_MS} ms`));
    socket.on('error', (error) => end(messageOf(error)));
    socket.on('close', () => end('it closed the connection'));
  });
}

/** What the first line of an HTTP answer says. */
function sawIn(head: string): string | undefined {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (status === undefined) return 'it answered with something that is not HTTP';
  return status.startsWith('2') ? undefined : `it answered ${status}`;
}

interface Exchange {
  readonly port: number;
  readonly send?: Uint8Array;
  readonly expectFirst?: string;
  /** How long the connection must stay open: an engine accepts for a container in which nobody listens yet, and closes at once. */
  readonly heldMs?: number;
}

function exchange({ port, send, expectFirst, heldMs }: Exchange): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port, timeout: heldMs ?? LOOK_TIMEOUT_MS });
    const end = (saw: string | undefined) => {
      socket.destroy();
      resolve(saw);
    };
    socket.on('connect', () => {
      if (send) socket.write(send);
      else if (heldMs === undefined) end(undefined);
    });
    socket.on('data', (bytes) => {
      const first = String.fromCharCode(bytes[0] ?? 0);
      end(expectFirst === undefined || first === expectFirst ? undefined : `it answered with ${JSON.stringify(first)}`);
    });
    socket.on('timeout', () => end(heldMs === undefined ? `no answer within ${LOOK_TIMEOUT_MS} ms` : undefined));
    socket.on('error', (error) => end(messageOf(error)));
    socket.on('close', () => end('it closed the connection'));
  });
}
