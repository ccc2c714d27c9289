/** How long set-up and boot took, part by part. */

import { duration } from '../../format.ts';
import type { PagePanel } from '../../panel.ts';
import { timingBars } from '../../parts/bars.ts';
import { h } from '../../parts/element.ts';
import type { PageView } from '../../view.ts';

const panel: PagePanel = {
  name: 'timings',
  title: 'Set-up and boot',
  lead:
    'Set-up obtains and checks the tools; boot brings the lab up until every readiness probe ' +
    'answers. Bars that overlap ran at the same time.',
  order: 80,
  place: 'page',
  render: ({ run }) => {
    const phases: [title: string, id: string, timings: PageView['run']['boot']][] = [
      ['Set-up', 'setup-bars', run.setup],
      ['Boot', 'boot-bars', run.boot],
    ];
    const shown = phases.filter(([, , timings]) => timings.length > 0);
    if (shown.length === 0) return null;
    return shown.map(([title, id, timings]) => {
      const end = Math.max(...timings.map((timing) => timing.fromMs + timing.tookMs));
      return h('div', { class: 'part' }, h('h3', null, `${title}: ${duration(end)}`), timingBars(title, id, timings));
    });
  },
};

export default panel;
