/** One history out of several sources: the wire, the warden, the driver, the services' logs. */
import type { HistoryRecord } from '../core/index.ts';

/**
 * All records in time order (by `at`, when a thing began). Records of one instant keep the order of their sources, and within them.
 * The sources may be unsorted: an exchange is written when it ends, but stands where it began.
 */
export function mergeRecords(...sources: readonly (readonly HistoryRecord[])[]): HistoryRecord[] {
  return sources.flat().sort((a, b) => a.at - b.at);
}

/** Records of one case and of no case, begun in [fromMs, toMs]; the order stays. */
export function recordsOfCase(
  records: readonly HistoryRecord[],
  caseId: string,
  fromMs = Number.NEGATIVE_INFINITY,
  toMs = Number.POSITIVE_INFINITY,
): HistoryRecord[] {
  return records.filter(
    (record) => record.at >= fromMs && record.at <= toMs && (record.case === undefined || record.case === caseId),
  );
}
