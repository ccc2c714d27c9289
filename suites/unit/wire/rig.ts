/** What the wire's tests stand on: a real callee, a real wire between, and raw callers that see every byte. */
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import {
  type Clock,
  type CorrelateRule,
  type ExchangeRecord,
  type HistoryRecord,
  type Protocol,
  systemClock,
  type WireAction,
  type WireControl,
  waitFor,
} from '../../../harness/core/index.ts';
import { startWire, type WireEdge, wireClient } from '../../../harness/wire/index.ts';

export const TOKEN = 'rig-token';
export const EDGE = 'gateway->order';
export const CASE = '00f067aa0ba902b7';
export const TRACEPARENT = `00-${CASE}aaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01`;

export interface Rig extends AsyncDisposable {
  /** Port callers dial. */
  readonly port: number;
  readonly url: string;
  readonly controlUrl: string;
  readonly wire: WireControl;
  arm(action: WireAction, trigger?: object, id?: string): Promise<void>;
  /** Exchange records so far, once there are at least so many. */
  exchanges(atLeast: number): Promise<ExchangeRecord[]>;
  /** Records of one type, once there are at least so many. */
  records<T extends HistoryRecord['type']>(type: T, atLeast: number): Promise<Extract<HistoryRecord, { type: T }>[]>;
}

export interface RigOptions {
  /** HTTP callee. */
  readonly http?: RequestListener;
  /** Raw callee. */
  readonly tcp?: (socket: Socket) => void;
  /** Port with a callee of the test's own, or with none. */
  readonly upstreamPort?: number;
  readonly protocol?: Protocol;
  readonly tls?: WireEdge['tls'];
  readonly mutualTls?: WireEdge['mutualTls'];
  readonly correlate?: readonly CorrelateRule[];
  readonly clock?: Clock;
}

export async function startRig(options: RigOptions): Promise<Rig> {
  const callee = options.http
    ? createHttpServer({ keepAliveTimeout: 60_000 }, options.http)
    : createServer({ allowHalfOpen: true }, (socket) => options.tcp?.(socket.on('error', () => undefined)));
  const sockets = new Set<Socket>();
  callee.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const upstreamPort = options.upstreamPort ?? (await listen(callee));
  const port = await freePort();
  const wire = await startWire({
    controlPort: 0,
    token: TOKEN,
    clock: options.clock,
    ...(options.correlate && { correlate: options.correlate }),
    edges: [
      {
        id: EDGE,
        caller: 'gateway',
        callee: 'order',
        protocol: options.protocol ?? 'http',
        listenHost: '127.0.0.1',
        listenPort: port,
        upstreamHost: '127.0.0.1',
        upstreamPort,
        ...(options.tls && { tls: options.tls }),
        ...(options.mutualTls && { mutualTls: options.mutualTls }),
      },
    ],
  });
  const control = wireClient(wire.url, TOKEN);
  const records: Rig['records'] = (type, atLeast) =>
    waitFor(
      async () => {
        const all = (await control.records()).records.filter((record) => record.type === type);
        return all.length >= atLeast ? (all as never[]) : undefined;
      },
      { what: `${atLeast} records "${type}"`, deadlineMs: 8_000, everyMs: 5 },
    );
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    controlUrl: wire.url,
    wire: control,
    records,
    exchanges: (atLeast) => records('exchange', atLeast),
    arm: (action, trigger = {}, id = 'rule') => control.arm({ id, edge: EDGE, trigger, action }),
    async [Symbol.asyncDispose]() {
      await wire.close();
      for (const socket of sockets) socket.destroy();
      callee.close();
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** A caller that writes what it likes and keeps every byte it gets. */
export interface RawCaller {
  readonly socket: Socket;
  readonly text: string;
  /** `open`, or how the other side ended it. */
  readonly ended: 'open' | 'end' | 'reset';
  send(text: string): void;
  /** Resolves when the text received so far makes `look` true. */
  until(look: (text: string) => boolean): Promise<string>;
  /** Resolves when the connection was ended or reset by the other side. */
  gone(): Promise<'end' | 'reset'>;
}

export async function rawCaller(port: number): Promise<RawCaller> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  let text = '';
  let ended: RawCaller['ended'] = 'open';
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  socket.on('end', () => {
    if (ended === 'open') ended = 'end';
  });
  socket.on('error', () => {
    ended = 'reset';
  });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const wait = <T>(what: string, look: () => T | undefined) =>
    waitFor(look, { what, deadlineMs: 8_000, everyMs: 2, clock: systemClock, lastSeen: () => JSON.stringify(text) });
  return {
    socket,
    get text() {
      return text;
    },
    get ended() {
      return ended;
    },
    send: (more) => void socket.write(more, 'latin1'),
    until: (look) => wait('bytes', () => (look(text) ? text : undefined)),
    gone: () => wait('the end of the connection', () => (ended === 'open' ? undefined : ended)),
  };
}
