/** What one call at the door costs behind it: calls per edge, counted from the wire's records as they come, none of them kept. */
import {
  edgeId,
  type HistoryRecord,
  type LoadAmplification,
  type LoadPhaseName,
  type Topology,
} from '../core/index.ts';
import { isIdle } from '../experiment/index.ts';
import { type FaultTimes, phaseOf } from './phase.ts';

export interface AmplificationCounter {
  add(record: HistoryRecord): void;
  /** Per edge and phase, in order of the topology's edges; `all` first. */
  result(): readonly LoadAmplification[];
}

/**
 * A call is an exchange that is not idle; on a Kafka edge it is a record produced. Edges whose protocol the wire does not read have
 * none. A call belongs to the phase it ran in, like a request at the door.
 */
export function amplificationCounter(
  topology: Topology,
  door: string,
  faults: () => FaultTimes,
  withFaults: boolean,
): AmplificationCounter {
  const doorEdge = `driver->${door}`;
  const counts = new Map<string, Map<LoadPhaseName, number>>();
  const count = (edge: string, phase: LoadPhaseName) => {
    const ofEdge = counts.get(edge) ?? new Map<LoadPhaseName, number>();
    counts.set(edge, ofEdge);
    ofEdge.set(phase, (ofEdge.get(phase) ?? 0) + 1);
  };
  return {
    add(record) {
      const endAt = isCall(record, topology);
      if (endAt === undefined || !('edge' in record)) return;
      count(record.edge, 'all');
      if (withFaults) count(record.edge, phaseOf(record.at, endAt, faults()));
    },
    result() {
      const phases: readonly LoadPhaseName[] = withFaults ? ['all', 'before', 'during', 'after'] : ['all'];
      const atDoor = (phase: LoadPhaseName) => counts.get(doorEdge)?.get(phase) ?? 0;
      const edges = topology.edges.map(edgeId).filter((edge) => edge !== doorEdge && counts.has(edge));
      return edges.flatMap((edge) =>
        phases
          .filter((phase) => atDoor(phase) > 0)
          .map((phase) => {
            const calls = counts.get(edge)?.get(phase) ?? 0;
            return { edge, phase, calls, atDoor: atDoor(phase), perCall: perCall(calls, atDoor(phase)) };
          }),
      );
    },
  };
}

export function perCall(calls: number, atDoor: number): number {
  return Math.round((1_000 * calls) / atDoor) / 1_000;
}

/** When the call ended, where the record is one. */
function isCall(record: HistoryRecord, topology: Topology): number | undefined {
  if (record.type === 'message') return record.action === 'produced' ? record.at : undefined;
  if (record.type !== 'exchange' || record.protocol === 'kafka') return undefined;
  return isIdle(topology, record.edge, record.operation) ? undefined : record.endAt;
}
