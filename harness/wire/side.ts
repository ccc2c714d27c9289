/** One of the two sockets of a connection: back-pressure from the other side, and how it is ended. */
import { connect, type Socket } from 'node:net';
import type { WireEdge } from './session.ts';

export interface Side {
  readonly socket: Socket;
  /** How its peer ended it; told to the session once. */
  ended: 'end' | 'reset' | undefined;
  closed: boolean;
  /** Why it is not read: the other side is full, the session asked for it. */
  full: boolean;
  throttled: boolean;
}

export function sideOf(socket: Socket): Side {
  return { socket, ended: undefined, closed: false, full: false, throttled: false };
}

export function dial(edge: WireEdge): Socket {
  return connect({ host: edge.upstreamHost, port: edge.upstreamPort, noDelay: true, allowHalfOpen: true });
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

/** Ends a side as its peer ended: a reset is passed on as a reset once what was written is out. */
export function endSide({ socket }: Side, how: 'end' | 'reset' | undefined): void {
  if (socket.destroyed) return;
  if (how !== 'reset') socket.end();
  else if (socket.writableLength === 0) socket.resetAndDestroy();
  else socket.end(() => socket.destroy());
}
