/** One of the two sockets of a connection: back-pressure from the other side, and how it is ended. */
import { connect, type Socket } from 'node:net';
import { secureCallee, secureCaller } from './secure.ts';
import type { WireEdge } from './session.ts';

export interface Side {
  /** What is read and written: on an encrypted edge the TLS on `raw`. */
  readonly socket: Socket;
  readonly raw: Socket;
  /** How its peer ended it; told to the session once. */
  ended: 'end' | 'reset' | undefined;
  closed: boolean;
  /** Why it is not read: the other side is full, the session asked for it. */
  full: boolean;
  throttled: boolean;
}

function sideOf(raw: Socket, socket = raw): Side {
  return { socket, raw, ended: undefined, closed: false, full: false, throttled: false };
}

function dial(edge: WireEdge): Socket {
  return connect({ host: edge.upstreamHost, port: edge.upstreamPort, noDelay: true, allowHalfOpen: true });
}

/** The callee's side of a connection. */
export function calleeSide(edge: WireEdge): Side {
  const raw = dial(edge);
  return sideOf(raw, edge.tls === undefined ? raw : secureCallee(raw, edge, edge.tls));
}

export function callerSide(edge: WireEdge, raw: Socket): Side {
  return sideOf(raw, edge.tls === undefined ? raw : secureCaller(raw, edge.tls));
}

/** Writes to one side; when it is full, the other side is read no more until it drains. */
export function pass(bytes: Uint8Array, to: Side, from: Side): void {
  if (to.closed || to.socket.destroyed || to.socket.writableEnded) return;
  if (to.socket.write(bytes) || from.full) return;
  from.full = true;
  flow(from);
}

/** Reads on, or stops reading, as the flags say. */
export function flow(side: Side): void {
  if (side.full || side.throttled) side.socket.pause();
  else if (side.socket.isPaused()) side.socket.resume();
}

/** TLS has no reset: the connection below it is reset. */
export function resetSide({ socket, raw }: Side): void {
  raw.resetAndDestroy();
  if (socket !== raw) socket.destroy();
}

/** Ends a side as its peer ended: a reset is passed on as a reset once what was written is out. */
export function endSide(side: Side, how: 'end' | 'reset' | undefined): void {
  const { socket } = side;
  if (socket.destroyed) return;
  if (how !== 'reset') socket.end();
  else if (socket.writableLength === 0) resetSide(side);
  else socket.end(() => socket.destroy());
}
