/** The verdicts on a load: did it run, were its thresholds kept, did the faults act, and does the ledger of every order add up. */
import { judge } from '../checks/index.ts';
import type {
  CheckSpec,
  FaultEvidence,
  FinalState,
  HistoryRecord,
  LoadThreshold,
  OperationRecord,
  Topology,
  Verdict,
} from '../core/index.ts';
import type { Driven } from './drive.ts';
import type { AcceptedPoint } from './points.ts';
import type { LoadCap } from './scenario.ts';

export interface LedgerInput {
  readonly topology: Topology;
  readonly caseId: string;
  readonly history: readonly HistoryRecord[];
  readonly accepted: readonly AcceptedPoint[];
  readonly state: FinalState;
  readonly faults: readonly FaultEvidence[];
  readonly quietAfterMs: number;
}

/** The ledger of everything the load made, by the same checks as any experiment. What was accepted is told to them as operations. */
export function judgeLedger(checks: readonly CheckSpec[], input: LedgerInput): Promise<readonly Verdict[]> {
  const { accepted, history, caseId } = input;
  const operations = accepted.map(
    ({ at, entity, key }): OperationRecord => ({
      type: 'operation',
      at,
      endAt: at,
      case: caseId,
      name: 'accepted at the door',
      outcome: 'ok',
      entity,
      ...(key === undefined ? {} : { key }),
    }),
  );
  // Messages are not kept in a load: only what was acknowledged at the door is looked for.
  const withoutMessages = history.filter(({ type }) => type !== 'message');
  return judge(checks, { ...input, history: [...withoutMessages, ...operations].sort((a, b) => a.at - b.at) });
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
