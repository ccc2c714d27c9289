/** How much of an edge's traffic can be attributed to a case: measured without faults, and what scoped faults need. */
import { type EdgeAttribution, edgeId, type HistoryRecord, type Topology } from '../core/index.ts';
import type { FaultSet } from './inject.ts';
import { isIdle } from './quiescence.ts';

/**
 * Per edge: HTTP exchanges, and for Kafka the records produced, with how many of them named their case. Idle operations do not count;
 * edges whose protocol the wire does not read have none. Stores and mail are attributed by the links the topology declares (`correlate`).
 */
export function measureAttribution(
  topology: Topology,
  histories: readonly (readonly HistoryRecord[])[],
): EdgeAttribution[] {
  const protocols = new Map(topology.edges.map((edge) => [edgeId(edge), edge.protocol]));
  const edges = new Map<string, { exchanges: number; attributed: number }>();
  for (const record of histories.flat()) {
    if (!counts(record, topology, protocols)) continue;
    const counted = edges.get(record.edge) ?? { exchanges: 0, attributed: 0 };
    counted.exchanges++;
    if (record.case !== undefined) counted.attributed++;
    edges.set(record.edge, counted);
  }
  return [...edges].map(([edge, counted]) => ({ edge, ...counted })).sort((a, b) => a.edge.localeCompare(b.edge));
}

/** Why a scoped fault cannot be trusted here: its edge carries traffic whose case is not known. One sentence each. */
export function findUnattributed(faults: FaultSet, attribution: readonly EdgeAttribution[]): string[] {
  const scoped = faults.planned.filter(({ scope }) => scope === 'case').map(({ spec }) => spec);
  return scoped.flatMap(({ fault, target }) => {
    const measured = attribution.find(({ edge }) => edge === target);
    if (!measured)
      return [`${fault} on ${target}: the clean run saw no exchange there that could be attributed to a case`];
    const share = (100 * measured.attributed) / measured.exchanges;
    if (share === 100) return [];
    return [
      `${fault} on ${target}: ${share.toFixed(1)} % of ${measured.exchanges} exchanges could be attributed to a case, wanted 100 %`,
    ];
  });
}

function counts(
  record: HistoryRecord,
  topology: Topology,
  protocols: ReadonlyMap<string, string>,
): record is Extract<HistoryRecord, { edge: string }> {
  if (record.type === 'message') return record.action === 'produced';
  if (record.type !== 'exchange' || protocols.get(record.edge) === 'kafka') return false;
  return !isIdle(topology, record.edge, record.operation);
}
