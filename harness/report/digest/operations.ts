/** What the driver did at the system's door. */
import type { HistoryRecord } from '../../core/index.ts';
import { type Spread, spreadOf } from './spread.ts';

export interface OperationFigures {
  readonly count: number;
  readonly ok: number;
  /** Replies by status; `none` where there was no reply. */
  readonly byStatus: Readonly<Record<string, number>>;
  readonly spread: Spread;
}

export function operationFigures(records: readonly HistoryRecord[]): OperationFigures {
  const operations = records.filter((record) => record.type === 'operation');
  const byStatus: Record<string, number> = {};
  for (const { status } of operations) {
    const name = status === undefined ? 'none' : String(status);
    byStatus[name] = (byStatus[name] ?? 0) + 1;
  }
  return {
    count: operations.length,
    ok: operations.filter((operation) => operation.outcome === 'ok').length,
    byStatus,
    spread: spreadOf(operations.map((operation) => operation.endAt - operation.at)),
  };
}
