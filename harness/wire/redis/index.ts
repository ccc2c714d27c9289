/** The wire's Redis (RESP2, RESP3): records each command under its name and key, and acts on one chosen command. After SUBSCRIBE it is opaque. */
import type { SessionFactory, WireEdge } from '../session.ts';
import { createEdgeState, type EdgeState } from './edge-state.ts';
import { openRedisSession } from './session.ts';

/** Connections of one edge share what they know; it lives as long as the edge. */
const states = new WeakMap<WireEdge, EdgeState>();

export const redisSession: SessionFactory = (context) => openRedisSession(context, stateOf(context.edge));

function stateOf(edge: WireEdge): EdgeState {
  let state = states.get(edge);
  if (state === undefined) {
    state = createEdgeState((why) => {
      process.stderr.write(`wire: ${edge.id}: a Redis connection passes unread from here (${why})\n`);
    });
    states.set(edge, state);
  }
  return state;
}
