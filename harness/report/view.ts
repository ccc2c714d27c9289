/** What the report is made from, and what every panel sees: the run, digested once, as plain data. */
import type {
  ContractPair,
  ExperimentResult,
  FinalState,
  GateResult,
  HistoryRecord,
  RunFile,
  VerdictStatus,
} from '../core/index.ts';
import type { CaseDigest } from './digest/case.ts';
import type { Tally } from './digest/tally.ts';
import type { ExperimentPanel } from './panel.ts';

/** The records and the final state of one case. */
export interface CaseHistory {
  readonly records: readonly HistoryRecord[];
  readonly state: FinalState;
}

export interface ReportInput {
  readonly run: RunFile;
  /** Reads the history of one case; a rejection is shown in the report and does not stop it. */
  readonly histories: (caseId: string) => Promise<CaseHistory>;
  /** What the gate said of it, where it was judged. */
  readonly gate?: GateResult;
}

/** One experiment as the page shows it. */
export interface ExperimentView {
  readonly result: ExperimentResult;
  /** Unique fragment of its section, made from its slug. */
  readonly anchor: string;
  /** Absent when the run with faults never happened, or its history could not be read. */
  readonly case?: CaseDigest;
  readonly control?: CaseDigest;
  /** Why figures are missing, one sentence each. */
  readonly problems: readonly string[];
}

export interface PairView {
  readonly pair: ContractPair;
  readonly anchor: string;
}

/** What faults did to one edge or part over the whole run. */
export interface TargetHits {
  readonly hits: number;
  /** Names of the experiments that hit it. */
  readonly experiments: readonly string[];
}

/** The first thing to look at: what broke first, or else what is unknown first. */
export interface FirstTrouble {
  readonly status: VerdictStatus;
  readonly name: string;
  readonly anchor: string;
  /** One sentence: what was seen. */
  readonly what: string;
  readonly repeat: string;
}

/** Everything a panel may look at. */
export interface PageView {
  readonly run: RunFile;
  readonly experiments: readonly ExperimentView[];
  readonly pairs: readonly PairView[];
  readonly tally: Tally;
  readonly first?: FirstTrouble;
  readonly gate?: GateResult;
  readonly edgeHits: ReadonlyMap<string, TargetHits>;
  readonly partHits: ReadonlyMap<string, TargetHits>;
  readonly experimentPanels: readonly ExperimentPanel[];
}
