/** How well the checks see: how often they find what was planted, and how often they cry wolf, with bounds. */
import { type Rate, rateText } from '../../../core/index.ts';
import { instant } from '../../format.ts';
import type { PagePanel } from '../../panel.ts';
import { h } from '../../parts/element.ts';
import { table } from '../../parts/table.ts';

const panel: PagePanel = {
  name: 'rates',
  title: 'How well the checks see',
  lead: 'Measured beforehand on planted bugs and on a system in which nothing was wrong; each with its one-sided 95 % bound.',
  order: 65,
  place: 'page',
  render: ({ run }) => {
    if (run.rates === undefined) return null;
    const { detection, falseAlarmsScoped, falseAlarmsAlone, flakes, commit, machine, measuredAt } = run.rates;
    const row = (what: string, rate: Rate, wanted: 'few' | 'many') => [what, rateText(rate, wanted)];
    return [
      table({
        caption: 'Rates of the checks',
        columns: [{ head: 'Rate' }, { head: 'Measured' }],
        rows: [
          row('planted bugs found by the check that was named', detection, 'many'),
          row('false alarms of cases that run beside each other', falseAlarmsScoped, 'few'),
          row('false alarms of cases that run alone', falseAlarmsAlone, 'few'),
          row('experiments whose verdict changed from run to run', flakes, 'few'),
        ],
      }),
      h('p', { class: 'muted small' }, `Measured at commit ${commit} on ${instant(measuredAt)}, ${machine}.`),
    ];
  },
};

export default panel;
