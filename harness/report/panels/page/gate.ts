/** What the gate said: every rule with its result, passed ones too, and what they found. */

import type { GateFinding, GateResult, GateRuleResult, QuarantineState } from '../../../core/index.ts';
import { plural } from '../../format.ts';
import type { PagePanel } from '../../panel.ts';
import { badge } from '../../parts/badge.ts';
import { type Content, type Drawn, h } from '../../parts/element.ts';
import { table } from '../../parts/table.ts';

const SHOWN = 12;
const WORDS = { pass: 'holds', fail: 'broken', unknown: 'unknown' } as const;
const EXPLAINED: Readonly<Record<string, string>> = {
  error: 'gates',
  warn: 'is shown only',
  off: 'is not asked',
};

const panel: PagePanel = {
  name: 'gate',
  title: 'Gate',
  lead: 'The rules of the project over this run. Only a rule that gates can close it; the others are shown.',
  order: 15,
  place: 'page',
  render: ({ gate }) =>
    gate === undefined ? null : [headline(gate), rules(gate), findings(gate.rules), quarantine(gate.quarantine)],
};

function headline({ verdict, exitCode, baseline }: GateResult): Drawn {
  const word =
    verdict === 'pass'
      ? 'open'
      : exitCode === 3
        ? 'closed: the run is not whole'
        : verdict === 'fail'
          ? 'closed'
          : 'inconclusive';
  return h(
    'p',
    null,
    badge(verdict, word),
    baseline === undefined ? ' without a baseline' : ` compared with ${baseline.id}`,
    h('span', { class: 'muted' }, ` · exit code ${exitCode}`),
  );
}

function rules(gate: GateResult): Drawn {
  return table({
    caption: 'Rules of the gate',
    quiet: true,
    columns: [{ head: 'Rule' }, { head: 'Result' }, { head: 'Level' }, { head: 'What it saw' }],
    rows: gate.rules.map((rule) => [
      [h('b', null, rule.rule), h('div', { class: 'muted small' }, rule.asks)],
      rule.status === 'off' ? h('span', { class: 'muted' }, 'off') : badge(rule.status, WORDS[rule.status]),
      [rule.level, h('div', { class: 'muted small' }, EXPLAINED[rule.level] ?? '')],
      rule.summary,
    ]),
  });
}

/** What the rules found, folded away but for what closes the gate. */
function findings(all: readonly GateRuleResult[]): Drawn[] {
  return all
    .filter((rule) => rule.findings.length > 0)
    .map(({ rule, level, status, findings: found }) => {
      const isRed = level === 'error' && (status === 'fail' || status === 'unknown');
      return h(
        'details',
        { class: 'folded', open: isRed },
        h('summary', null, `${rule}: ${plural(found.length, 'finding')}${isRed ? '' : ', not counted'}`),
        list(found),
      );
    });
}

function list(all: readonly GateFinding[]): Drawn {
  const left = all.length - SHOWN;
  return h(
    'ul',
    { class: 'evidence' },
    all
      .slice(0, SHOWN)
      .map((finding) => h('li', null, h('b', null, finding.subject), `: ${finding.what}`, place(finding))),
    left > 0 ? h('li', { class: 'muted' }, `and ${left} more in gate.json`) : null,
  );
}

function place({ file, line, ticket }: GateFinding): Content {
  const parts = [file === undefined ? undefined : `${file}${line === undefined ? '' : `:${line}`}`, ticket].filter(
    (part) => part !== undefined,
  );
  return parts.length === 0 ? null : h('span', { class: 'muted' }, ` (${parts.join(', ')})`);
}

function quarantine(states: readonly QuarantineState[]): Drawn | null {
  if (states.length === 0) return null;
  return h(
    'div',
    { class: 'part' },
    h('h3', null, 'Quarantine'),
    table({
      caption: 'Quarantined experiments: they ran, and are shown',
      quiet: true,
      columns: [
        { head: 'Experiment' },
        { head: 'State' },
        { head: 'Until' },
        { head: 'Ticket' },
        { head: 'What is to be said' },
      ],
      rows: states.map(({ experiment, state, expires, ticket, what }) => [
        experiment,
        state,
        expires ?? '–',
        ticket ?? '–',
        what,
      ]),
    }),
  );
}

export default panel;
