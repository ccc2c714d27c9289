/** Checks as plain data: the name of a kind in `harness/checks/kinds/` and its options; and what a check is given. */
import type { FinalState, HistoryRecord } from './history.ts';
import type { FaultEvidence } from './run.ts';
import type { Topology } from './topology.ts';

export interface CheckSpec {
  readonly check: string;
  readonly [option: string]: unknown;
}

export interface CheckInput {
  readonly topology: Topology;
  readonly caseId: string;
  /** Records in time order. Records of the case, and those that belong to no case in particular. */
  readonly history: readonly HistoryRecord[];
  readonly state: FinalState;
  readonly faults: readonly FaultEvidence[];
  /** The control run's history, where there is one to compare with. */
  readonly control?: readonly HistoryRecord[];
  /** Records of the time of the case that got lost before they could be read. With any, no check can say anything. */
  readonly lostRecords?: number;
  /** ms from the last heal to quiet. */
  readonly quietAfterMs: number;
}
