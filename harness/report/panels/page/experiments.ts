/** One section per experiment, made of the experiment panels; what is not kept is open from the start. */

import { isHunt } from '../../digest/tally.ts';
import type { PagePanel } from '../../panel.ts';
import { badge } from '../../parts/badge.ts';
import { type Drawn, h } from '../../parts/element.ts';
import { note } from '../../parts/text.ts';
import { reasonText, whatHappened } from '../../trouble.ts';
import type { ExperimentView, PageView } from '../../view.ts';

const panel: PagePanel = {
  name: 'experiments',
  title: 'Experiments',
  lead:
    'Each has a hypothesis, a control run without faults, and the same workload with faults. The ' +
    'checks judge what was recorded.',
  order: 40,
  place: 'page',
  render: (page) =>
    page.experiments.length === 0
      ? null
      : [
          isHunt(page.run)
            ? note('These runs carried planted defects: a broken promise is what was wanted here.')
            : null,
          page.experiments.map((experiment) => section(experiment, page)),
        ],
};

function section(experiment: ExperimentView, page: PageView): Drawn {
  const { result, anchor, problems } = experiment;
  const parts = page.experimentPanels.map((part) => {
    const content = part.render(experiment, page);
    if (content === null || content === undefined) return null;
    return h(
      'div',
      { class: `part part-${part.name}` },
      h('h4', null, part.title),
      part.lead === undefined ? null : h('p', { class: 'lead' }, part.lead),
      content,
    );
  });
  return h(
    'details',
    {
      id: anchor,
      class: `experiment card ${result.verdict}`,
      open: result.verdict !== 'pass' && !isHunt(page.run),
      'data-item': result.verdict,
    },
    h('summary', null, h('h3', null, result.name), badge(result.verdict)),
    h('p', { class: 'hypothesis' }, h('span', { class: 'muted' }, 'Hypothesis: '), result.hypothesis),
    result.verdict === 'pass' ? null : h('p', { class: `happened ${result.verdict}` }, whatHappened(result)),
    result.verdict !== 'pass' || result.reason === undefined ? null : note(reasonText(result.reason)),
    problems.map((problem) => h('p', { class: 'trouble' }, problem)),
    parts,
  );
}

export default panel;
