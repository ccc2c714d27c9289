/** The verdicts on a load: did it run, were its thresholds kept, did the faults act, and does the ledger of every order add up. */
import { judgePlanned } from '../checks/index.ts';
import type {
  FaultEvidence,
  FinalState,
  HistoryRecord,
  LoadCap,
  LoadThreshold,
  OperationRecord,
  Topology,
  Verdict,
} from '../core/index.ts';
import type { Driven } from './drive.ts';
import type { LoadCheck } from './plan-checks.ts';
import type { AcceptedPoint, RequestPoint } from './points.ts';
import type { LoadAttempts } from './points-file.ts';

export interface LedgerInput {
  readonly topology: Topology;
  readonly caseId: string;
  readonly history: readonly HistoryRecord[];
  readonly attempts: Pick<LoadAttempts, 'accepted' | 'requests'>;
  readonly state: FinalState;
  readonly faults: readonly FaultEvidence[];
  readonly quietAfterMs: number;
  /** Records that the wire had to let go of unread. */
  readonly lostRecords: number;
}

/**
 * Everything the load made, by the same checks as any experiment. What was accepted is told to them as operations, and to those that look
 * at requests every request, those before the first fault as the control run. A hole in the record concerns those that read exchanges.
 */
export function judgeLedger(checks: readonly LoadCheck[], input: LedgerInput): readonly Verdict[] {
  const { attempts, history, caseId, faults, lostRecords, ...rest } = input;
  const made = attempts.accepted.map((point) => acceptedOperation(point, caseId));
  const asked = attempts.requests.map((point) => requestOperation(point, caseId));
  const injectedAt = Math.min(...faults.map((fault) => fault.injectedAt));
  const before = asked.filter(({ endAt }) => endAt < injectedAt);
  // Messages are not kept in a load: only what was acknowledged at the door is looked for.
  const records = history.filter(({ type }) => type !== 'message');
  return checks.flatMap((check) => {
    const own = check.requests
      ? { history: inOrder(records, asked), control: before }
      : { history: inOrder(records, made) };
    const hole = check.edges.length > 0 ? { lostRecords } : {};
    return judgePlanned([check], { ...rest, ...own, ...hole, caseId, faults });
  });
}

function acceptedOperation({ at, entity, key }: AcceptedPoint, caseId: string): OperationRecord {
  const named = { entity, ...(key === undefined ? {} : { key }) };
  return { type: 'operation', at, endAt: at, case: caseId, name: 'accepted at the door', outcome: 'ok', ...named };
}

function requestOperation({ endAt, durationMs, status, name }: RequestPoint, caseId: string): OperationRecord {
  const outcome = status === 0 || status >= 400 ? 'error' : 'ok';
  return { type: 'operation', at: endAt - durationMs, endAt, case: caseId, name, outcome, status };
}

function inOrder(records: readonly HistoryRecord[], operations: readonly OperationRecord[]): HistoryRecord[] {
  return [...records, ...operations].sort((a, b) => a.at - b.at);
}

/** Of what a load counts behind the door nothing is right once records are missing. */
export function judgeRecord(lostRecords: number): Verdict[] {
  if (lostRecords === 0) return [];
  const summary = `${lostRecords} records of the wire were lost before they could be read: calls behind the door are counted too low`;
  return [{ check: 'record', status: 'unknown', reason: 'records-lost', summary, evidence: [] }];
}

/** Stock that is short must not be sold twice, whatever the load. */
export function judgeCaps(caps: readonly LoadCap[], { entries }: FinalState): Verdict[] {
  if (caps.length === 0) return [];
  const found = caps.map((cap) => {
    const sum = (kind: string | undefined) =>
      entries.reduce((total, row) => (row.kind === kind && row.key === cap.key ? total + row.amount : total), 0);
    const value = sum(cap.kind) - sum(cap.less);
    const name = `${cap.kind}${cap.less ? ` less ${cap.less}` : ''} of ${cap.key}`;
    return { kept: value <= cap.atMost, sentence: `${name}: ${value}, at most ${cap.atMost}` };
  });
  const kept = found.every((one) => one.kept);
  const evidence = found.map(({ sentence }) => sentence);
  const summary = kept ? evidence.join('; ') : `more than there is: ${found.filter((one) => !one.kept)[0]?.sentence}`;
  return [
    { check: 'caps', status: kept ? 'pass' : 'fail', ...(kept ? {} : { reason: 'broken-promise' }), summary, evidence },
  ];
}

export function judgeThresholds(thresholds: readonly LoadThreshold[]): Verdict[] {
  if (thresholds.length === 0) return [];
  const shown = ({ text, value, unit, status }: LoadThreshold) =>
    `${text}: ${value === undefined ? 'nothing measured' : `${Math.round(value * 100) / 100} ${unit}`.trim()}, ${status}`;
  const evidence = thresholds.map(shown);
  const failed = thresholds.filter(({ status }) => status === 'fail');
  const open = thresholds.filter(({ status }) => status === 'unknown');
  const base = { check: 'thresholds', evidence };
  if (failed.length > 0) {
    const summary = `${failed.length} of ${thresholds.length} thresholds were crossed: ${failed.map(shown).join('; ')}`;
    return [{ ...base, status: 'fail', reason: 'broken-promise', summary }];
  }
  if (open.length > 0) {
    const summary = `${open.length} of ${thresholds.length} thresholds had nothing to look at`;
    return [{ ...base, status: 'unknown', reason: 'no-data', summary }];
  }
  return [{ ...base, status: 'pass', summary: `all ${thresholds.length} thresholds were kept` }];
}

/** How the load itself went. A broken load is nobody's promise: it is told as a problem of the harness beside this `unknown`. */
export function judgeEnd({ end, said, exitCode, trouble }: Driven, requests: number, interrupted: boolean): Verdict[] {
  const base = { check: 'load', evidence: said === undefined ? [] : [said] };
  if (interrupted) {
    const summary = `the load was stopped half-way, after ${requests} requests`;
    return [{ ...base, status: 'unknown', reason: 'interrupted', summary }];
  }
  if (end === 'broken' || end === 'stopped' || trouble !== undefined) {
    const summary = `the load broke off after ${requests} requests: ${trouble ?? `k6 (exit code ${exitCode}): ${said}`}`;
    return [{ ...base, status: 'unknown', reason: 'timed-out', summary }];
  }
  if (end === 'thresholds') {
    const summary = `thresholds in the scenario's own script failed: ${said ?? 'k6 does not say which'}`;
    return [{ ...base, status: 'fail', reason: 'broken-promise', summary }];
  }
  if (requests === 0) return [{ ...base, status: 'unknown', reason: 'no-data', summary: 'the load made no request' }];
  return [{ ...base, status: 'pass', summary: `the load ran to its end: ${requests} requests` }];
}

/** A fault that hit nothing makes the load `unknown`, never kept. */
export function judgeFaults(faults: readonly FaultEvidence[]): Verdict[] {
  if (faults.length === 0) return [];
  const missed = faults.filter(({ hits }) => hits === 0);
  const evidence = faults.map(({ spec, hits, countedBy }) => `${spec.fault} on ${spec.target}: ${hits} ${countedBy}`);
  const base = { check: 'faults-landed', evidence };
  if (missed.length === 0) return [{ ...base, status: 'pass', summary: `every fault took effect (${faults.length})` }];
  const names = missed.map(({ spec }) => `${spec.fault} on ${spec.target}`).join(', ');
  return [{ ...base, status: 'unknown', reason: 'fault-never-landed', summary: `${names} hit nothing` }];
}
