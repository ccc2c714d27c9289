/** How many exchanges of each edge could be attributed to a case, measured in runs without faults. */
import type { EdgeAttribution, HistoryRecord } from '../core/index.ts';

/** Idle traffic carries no case by nature: of Kafka only exchanges that carry records count. */
const CARRIES_RECORDS = new Set(['Produce']);

export function measureAttribution(histories: readonly (readonly HistoryRecord[])[]): EdgeAttribution[] {
  const edges = new Map<string, { exchanges: number; attributed: number }>();
  for (const record of histories.flat()) {
    if (record.type !== 'exchange') continue;
    if (record.protocol === 'kafka' && !CARRIES_RECORDS.has(record.operation)) continue;
    const counted = edges.get(record.edge) ?? { exchanges: 0, attributed: 0 };
    counted.exchanges++;
    if (record.case !== undefined) counted.attributed++;
    edges.set(record.edge, counted);
  }
  return [...edges].map(([edge, counted]) => ({ edge, ...counted })).sort((a, b) => a.edge.localeCompare(b.edge));
}
