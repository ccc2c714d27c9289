/** What each check says, with the evidence it rests on; worst first. */

import type { Verdict, VerdictStatus } from '../../../core/index.ts';
import type { ExperimentPanel } from '../../panel.ts';
import { badge } from '../../parts/badge.ts';
import { type Drawn, h } from '../../parts/element.ts';
import { evidence } from '../../parts/text.ts';
import { reasonText } from '../../trouble.ts';

const WEIGHT: Readonly<Record<VerdictStatus, number>> = { fail: 0, unknown: 1, pass: 2 };
const EVIDENCE_MAX = 12;
const EVIDENCE_OPEN = 3;

const panel: ExperimentPanel = {
  name: 'checks',
  title: 'Checks',
  order: 20,
  place: 'experiment',
  render: ({ result }) => {
    const verdicts = result.case?.verdicts ?? [];
    if (verdicts.length === 0) return h('p', { class: 'muted' }, 'No check has judged the run with faults.');
    return h(
      'ul',
      { class: 'checks' },
      verdicts
        .toSorted((a, b) => WEIGHT[a.status] - WEIGHT[b.status])
        .map((verdict) => checkItem(verdict, result.reason)),
    );
  },
};

/** The reason of the whole stands above already, and that a promise is broken needs no more words. */
function checkItem(verdict: Verdict, said: string | undefined): Drawn {
  const reason =
    verdict.reason === undefined || verdict.reason === said || verdict.reason === 'broken-promise'
      ? null
      : h('p', { class: 'muted' }, reasonText(verdict.reason));
  return h(
    'li',
    { class: verdict.status },
    h(
      'p',
      { class: 'check-line' },
      badge(verdict.status),
      ' ',
      h('b', { class: 'check-name' }, verdict.check),
      ' ',
      verdict.summary,
    ),
    reason,
    proof(verdict),
  );
}

/** What failed shows its evidence at once; what was kept shows it when asked. */
function proof({ status, evidence: lines }: Verdict): Drawn | null {
  if (lines.length === 0) return null;
  if (status !== 'pass' && lines.length <= EVIDENCE_OPEN) return evidence(lines, EVIDENCE_OPEN);
  return h(
    'details',
    { class: 'folded', open: status !== 'pass' },
    h('summary', null, `Evidence (${lines.length})`),
    evidence(lines, EVIDENCE_MAX),
  );
}

export default panel;
