/** A recorded case as a check gets it: from `fixtures/histories`, or told on the spot. */
import { join } from 'node:path';
import { evidenceOf } from '../../../fixtures/histories/recipes.ts';
import { CASE, type Story, stateOf } from '../../../fixtures/histories/story.ts';
import { HISTORY_TOPOLOGY } from '../../../fixtures/histories/topology.ts';
import { judge } from '../../../harness/checks/index.ts';
import type { CheckInput, CheckSpec, FinalState, HistoryRecord, Verdict } from '../../../harness/core/index.ts';
import { mergeRecords, readHistory } from '../../../harness/history/index.ts';

export const HISTORIES = join(import.meta.dirname, '../../../fixtures/histories');

export function inputOf(
  records: readonly HistoryRecord[],
  state: FinalState,
  more: Partial<CheckInput> = {},
): CheckInput {
  const history = mergeRecords(records);
  return {
    topology: HISTORY_TOPOLOGY,
    caseId: CASE,
    history,
    state,
    faults: evidenceOf(history),
    quietAfterMs: 0,
    ...more,
  };
}

export async function recorded(name: string, more: Partial<CheckInput> = {}): Promise<CheckInput> {
  const { records, state } = await readHistory(join(HISTORIES, `${name}.ndjson`));
  return inputOf(records, state, more);
}

export async function judgeStory(spec: CheckSpec, story: Story, more: Partial<CheckInput> = {}): Promise<Verdict> {
  return judgeInput(spec, inputOf(story.records, stateOf(story), more));
}

export async function judgeInput(spec: CheckSpec, input: CheckInput): Promise<Verdict> {
  const [verdict] = await judge([spec], input);
  if (verdict === undefined) throw new Error('no verdict came back');
  return verdict;
}
