/**
 * A case's history as a file, `history/<case>.ndjson`: a header line, one line per record in time order, the final state in one or
 * more lines, and an end line with counts and a checksum, so that a cut or edited file is noticed.
 */
import type { EntityRow, FinalState, LedgerRow, PendingRow } from '../core/index.ts';

/** First line. */
export interface HistoryHeader {
  readonly schema: number;
  /** 16 hex digits. */
  readonly case: string;
  readonly run: string;
  readonly topology: string;
  readonly seed: number;
}

/** A part of the final state. All such lines together are the final state: big ones take several lines. */
export interface FinalStateLine {
  readonly type: 'final-state';
  readonly entities?: readonly EntityRow[];
  readonly entries?: readonly LedgerRow[];
  readonly pending?: readonly PendingRow[];
}

/** Last line. */
export interface EndLine {
  readonly type: 'end';
  /** Number of history records. */
  readonly records: number;
  /** Rows of the final state. */
  readonly rows: number;
  /** SHA-256, hex, of every byte before this line. */
  readonly sha256: string;
}

/** Rows of the final state that share one line. */
const ROWS_PER_LINE = 500;

export const EMPTY_STATE: FinalState = { entities: [], entries: [], pending: [] };

/** The lines of a final state; at least one, so that an empty state is said and not merely absent. */
export function* finalStateLines(state: FinalState): Generator<FinalStateLine> {
  let lines = 0;
  for (const part of ['entities', 'entries', 'pending'] as const) {
    const rows = state[part];
    for (let from = 0; from < rows.length; from += ROWS_PER_LINE) {
      lines++;
      yield { type: 'final-state', [part]: rows.slice(from, from + ROWS_PER_LINE) };
    }
  }
  if (lines === 0) yield { type: 'final-state', entities: [] };
}

export function rowsOf(state: FinalState): number {
  return state.entities.length + state.entries.length + state.pending.length;
}
