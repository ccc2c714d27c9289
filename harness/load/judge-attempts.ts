/** What became of orders that were not accepted: one that was refused must not exist, one without an answer may, and then must have come to an end. */
import { caseOfTrace, type EntityRow, type FinalState, type Topology, type Verdict } from '../core/index.ts';
import type { FailedAttempt, LoadAttempts } from './points-file.ts';

const MOST_EVIDENCE = 20;
/** Answers that say "not in time" or "not now", and do not say that nothing was done. */
const OPEN_STATUSES: ReadonlySet<number> = new Set([0, 408, 425]);

/** Attempts are told from entities by their trace; where the scenario names none there is nothing to judge. */
export function judgeAttempts(
  { failed: attempts, traced }: Pick<LoadAttempts, 'failed' | 'traced'>,
  state: FinalState,
  topology: Topology,
): Verdict[] {
  if (traced === 0) return [];
  if (attempts.length === 0) {
    const summary = `each of ${traced} orders was accepted`;
    return [{ check: 'unanswered', status: 'pass', summary, evidence: [] }];
  }
  const terminal = topology.ledger?.terminal ?? {};
  const byTrace = new Map<string, EntityRow>();
  for (const row of state.entities) if (row.trace !== null) byTrace.set(row.trace, row);
  const problems: string[] = [];
  const counts = { refused: 0, open: 0, exist: 0 };
  for (const attempt of attempts) {
    const row = byTrace.get(attempt.trace);
    const isOpen = OPEN_STATUSES.has(attempt.status) || attempt.status >= 500;
    counts[isOpen ? 'open' : 'refused']++;
    if (row === undefined) continue;
    counts.exist++;
    if (!isOpen) problems.push(`${shown(attempt)} was refused, but ${row.entity} is stored (${row.state})`);
    else if (!Object.hasOwn(terminal, row.state))
      problems.push(`${shown(attempt)} was not answered, and ${row.entity}, which it made, is still ${row.state}`);
  }
  const base = { check: 'unanswered', figures: { ...counts, broken: problems.length } };
  const summary =
    `of ${attempts.length} orders that were not accepted (${counts.open} without a good answer, ${counts.refused} refused) ` +
    `${counts.exist} exist all the same`;
  if (problems.length > 0) {
    const evidence = problems.slice(0, MOST_EVIDENCE);
    return [
      {
        ...base,
        status: 'fail',
        reason: 'broken-promise',
        summary: `${summary}, ${problems.length} as they must not`,
        evidence,
      },
    ];
  }
  return [
    {
      ...base,
      status: 'pass',
      summary:
        counts.exist === 0
          ? summary.replace('0 exist all the same', 'none exists')
          : `${summary}, and each came to an end`,
      evidence: [],
    },
  ];
}

function shown({ name, status, trace }: FailedAttempt): string {
  return `${name} (${status || 'no answer'}, trace ${caseOfTrace(trace) ?? ''}…${trace.slice(-4)})`;
}
