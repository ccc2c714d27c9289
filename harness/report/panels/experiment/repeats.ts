/** Every run of an experiment that ran several times: which were kept, and why the others were not. */

import { duration, namedFigure, plural } from '../../format.ts';
import type { ExperimentPanel } from '../../panel.ts';
import { badge } from '../../parts/badge.ts';
import { h } from '../../parts/element.ts';
import { table } from '../../parts/table.ts';

const panel: ExperimentPanel = {
  name: 'repeats',
  title: 'Runs',
  lead: 'One run that was not kept is a finding, however many others were. What is shown above is the worst of them.',
  order: 85,
  place: 'experiment',
  render: ({ result: { repeats } }) => {
    if (repeats === undefined) return null;
    const { attempts, counts, asked, outcome } = repeats;
    const early = attempts.length < asked ? `, of ${asked} that were asked for` : '';
    return [
      h(
        'p',
        null,
        outcome === 'flaky' ? h('strong', null, 'Flaky: ') : null,
        `${counts.pass} of ${plural(attempts.length, 'run')} kept, ${counts.fail} broken, ${counts.unknown} unknown${early}.`,
      ),
      table({
        caption: 'Runs of this experiment, in order',
        quiet: true,
        columns: [
          { head: 'Run' },
          { head: 'Verdict' },
          { head: 'Why' },
          { head: 'Took', figures: true },
          { head: 'Durations' },
        ],
        rows: attempts.map(({ verdict, reason, summary, tookMs, figures, case: id, control }, index) => [
          h('span', { title: id ?? control }, String(index + 1)),
          badge(verdict),
          summary ?? reason ?? '',
          duration(tookMs),
          Object.entries(figures)
            .map(([name, value]) => {
              const { label, text } = namedFigure(name.replace(/^.*\./, ''), value);
              return `${label} ${text}`;
            })
            .join(', '),
        ]),
      }),
    ];
  },
};

export default panel;
