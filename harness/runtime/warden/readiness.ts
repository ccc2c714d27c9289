/** Readiness probes: each looks once and says what it saw; the part is ready when the answer is `undefined`. */
import { request } from 'node:http';
import { connect } from 'node:net';
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
      return httpGet(probe.port, probe.path);
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

function httpGet(port: number, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = request({ host: HOST, port, path, agent: false, timeout: LOOK_TIMEOUT_MS }, (reply) => {
      reply.resume();
      const status = reply.statusCode ?? 0;
      resolve(status >= 200 && status < 300 ? undefined : `it answered ${status}`);
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${LOOK_TIMEOUT_MS} ms`)));
    asked.on('error', (error) => resolve(messageOf(error)));
    asked.end();
  });
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
