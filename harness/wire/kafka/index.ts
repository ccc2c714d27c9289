/**
 * The wire's Kafka: keeps every client on its edge, records each API call and each record, and acts on one chosen call or record.
 * Protocol: the Kafka protocol guide (https://kafka.apache.org/protocol), non-flexible versions; the decisions stand in `apis.ts`.
 */
import type { SessionFactory, WireEdge } from '../session.ts';
import { createEdgeState, type EdgeState, type Unread } from './edge-state.ts';
import { openKafkaSession } from './session.ts';

/** Connections of one edge share what they know; it lives as long as the edge. */
const states = new WeakMap<WireEdge, EdgeState>();

export const kafkaSession: SessionFactory = (context) => openKafkaSession(context, stateOf(context.edge));

/** Frames and batches of the edge that passed unread so far, by reason. */
export function unreadCounts(edge: WireEdge): Readonly<Partial<Record<Unread, number>>> {
  return states.get(edge)?.unreadCounts ?? {};
}

function stateOf(edge: WireEdge): EdgeState {
  let state = states.get(edge);
  if (state === undefined) {
    state = createEdgeState((why) => {
      process.stderr.write(
        `wire: ${edge.id}: Kafka bytes pass unread (${why}); they are not recorded record by record\n`,
      );
    });
    states.set(edge, state);
  }
  return state;
}
