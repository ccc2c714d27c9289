/** Did something that is not the case's own touch what it stands on? Then a scoped verdict is not to be trusted. */
import type { HistoryRecord, Verdict } from '../core/index.ts';

/**
 * One sentence for each thing that happened while a scoped case ran and that all cases share: a breaker that changed state,
 * a part that changed state, an edge cut or a fault on everybody, a hold of another case on an edge the case used.
 */
export function findContamination(caseId: string, window: readonly HistoryRecord[]): readonly string[] {
  const used = new Set(window.flatMap((record) => (record.case === caseId && 'edge' in record ? [record.edge] : [])));
  const found: string[] = [];
  for (const record of window) {
    if (record.type === 'service-event' && record.event === 'breaker') {
      found.push(`a breaker of ${record.service} became ${String(record.detail.state)}`);
    } else if (record.type === 'process') {
      found.push(`${record.part} was ${record.event}`);
    } else if (record.type === 'fault' && record.case !== caseId && record.event === 'injected') {
      if (record.detail === 'shared') found.push(`${record.fault} was injected on ${record.target} for everybody`);
      else if (record.fault === 'hold' && used.has(record.target))
        found.push(`another case held an exchange on ${record.target}`);
    }
  }
  return found;
}

/** The same as a verdict: none when nothing was touched. */
export function contaminated(caseId: string, window: readonly HistoryRecord[]): Verdict[] {
  const found = findContamination(caseId, window);
  if (found.length === 0) return [];
  const summary = `${found.length} thing(s) that all cases share changed while it ran`;
  return [{ check: 'isolation', status: 'unknown', reason: 'contaminated', summary, evidence: found.slice(0, 10) }];
}
