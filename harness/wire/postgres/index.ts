/**
 * The wire's Postgres (protocol 3.0, the chapter "Frontend/Backend Protocol" of its manual): records each exchange up to a ReadyForQuery under
 * the name of its statement, and acts on one chosen exchange.
 */
import type { SessionFactory, WireEdge } from '../session.ts';
import { createEdgeState, type EdgeState } from './edge-state.ts';
import { openPostgresSession } from './session.ts';

/** Connections of one edge share what they know; it lives as long as the edge. */
const states = new WeakMap<WireEdge, EdgeState>();

export const postgresSession: SessionFactory = (context) => openPostgresSession(context, stateOf(context.edge));

function stateOf(edge: WireEdge): EdgeState {
  let state = states.get(edge);
  if (state === undefined) {
    state = createEdgeState((why) => {
      process.stderr.write(`wire: ${edge.id}: a Postgres connection passes unread from here (${why})\n`);
    });
    states.set(edge, state);
  }
  return state;
}
