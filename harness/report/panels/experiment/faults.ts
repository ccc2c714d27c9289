/** Each fault with the evidence that it acted, and how that was counted. */

import type { FaultEvidence } from '../../../core/index.ts';
import { count, duration } from '../../format.ts';
import type { ExperimentPanel } from '../../panel.ts';
import { h } from '../../parts/element.ts';
import { table } from '../../parts/table.ts';
import { edgeName, note } from '../../parts/text.ts';

const OPTIONS_MAX = 6;

const panel: ExperimentPanel = {
  name: 'faults',
  title: 'Faults and proof that they acted',
  order: 30,
  place: 'experiment',
  render: ({ result }) => {
    if (result.case === undefined)
      return note('The faults were never injected: the control run came first and did not pass.');
    const { faults, startedAt, endedAt, scope, rerunAlone, notHealed } = result.case;
    if (faults.length === 0) return note('This experiment has no fault.');
    return [
      table({
        caption: 'Faults of this case',
        quiet: true,
        columns: [
          { head: 'Fault' },
          { head: 'Target' },
          { head: 'Settings' },
          { head: 'Hits', figures: true },
          { head: 'Counted by' },
          { head: 'Injected at', figures: true },
          { head: 'First hit', figures: true },
          { head: 'Lasted', figures: true },
        ],
        rows: faults.map((fault) => [
          fault.spec.fault,
          edgeName(fault.spec.target),
          settings(fault),
          h(
            'b',
            { class: fault.hits === 0 ? 'no-hit' : undefined },
            fault.hits === 0 ? '0, never landed' : count(fault.hits),
          ),
          fault.countedBy,
          duration(fault.injectedAt - startedAt),
          fault.firstHitAt === undefined ? '–' : duration(fault.firstHitAt - startedAt),
          fault.healedAt === undefined
            ? `${duration(endedAt - fault.injectedAt)}, to the end`
            : duration(fault.healedAt - fault.injectedAt),
        ]),
      }),
      h(
        'p',
        { class: 'muted small' },
        scope === 'scoped' ? 'Kept to this case: others ran beside it.' : 'Ran alone in the lab.',
        rerunAlone ? ' It was run again alone, and that verdict counts.' : '',
      ),
      notHealed.length === 0
        ? null
        : h('p', { class: 'trouble' }, h('strong', null, 'Not back after the heal: '), notHealed.join('; ')),
    ];
  },
};

function settings({ spec }: FaultEvidence): string {
  const pairs = [...Object.entries(spec.options ?? {}), ...Object.entries(spec.trigger ?? {})].map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const more = pairs.length > OPTIONS_MAX ? ' …' : '';
  return pairs.length === 0 ? '–' : `${pairs.slice(0, OPTIONS_MAX).join(', ')}${more}`;
}

export default panel;
