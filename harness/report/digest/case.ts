/** One case, digested once: everything that the panels of an experiment show of it. */
import type { CaseResult, Topology } from '../../core/index.ts';
import type { CaseHistory } from '../view.ts';
import { type BreakerTrack, breakerTracks } from './breakers.ts';
import { type EdgeFigures, edgeFigures } from './edges.ts';
import { type LedgerDigest, ledgerDigest } from './ledger.ts';
import { messageFigures, type TopicFigures } from './messages.ts';
import { type OperationFigures, operationFigures } from './operations.ts';
import { type Timeline, timelineOf } from './timeline.ts';

export interface CaseDigest {
  readonly records: number;
  readonly operations: OperationFigures;
  readonly edges: readonly EdgeFigures[];
  readonly topics: readonly TopicFigures[];
  readonly ledger: LedgerDigest;
  readonly breakers: readonly BreakerTrack[];
  readonly timeline: Timeline;
  /** Exchanges and records changed on the wire, by fault id, then by edge. */
  readonly touched: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export function digestCase(result: CaseResult, history: CaseHistory, topology: Topology): CaseDigest {
  const { records, state } = history;
  const breakers = breakerTracks(records, topology, result.startedAt, result.endedAt);
  return {
    records: records.length,
    operations: operationFigures(records),
    edges: edgeFigures(records, topology),
    topics: messageFigures(records),
    ledger: ledgerDigest(state, topology.ledger),
    breakers,
    timeline: timelineOf(result, records, breakers, topology),
    touched: touchedEdges(records),
  };
}

function touchedEdges(records: CaseHistory['records']): Map<string, Map<string, number>> {
  const touched = new Map<string, Map<string, number>>();
  for (const record of records) {
    if ((record.type !== 'exchange' && record.type !== 'message') || record.fault === undefined) continue;
    const edges = touched.get(record.fault) ?? new Map<string, number>();
    edges.set(record.edge, (edges.get(record.edge) ?? 0) + 1);
    touched.set(record.fault, edges);
  }
  return touched;
}
