/** Planted bugs, and whether the check that should see them turned red. */

import { count, duration } from '../../format.ts';
import type { PagePanel } from '../../panel.ts';
import { badge } from '../../parts/badge.ts';
import { h } from '../../parts/element.ts';
import { table } from '../../parts/table.ts';

const panel: PagePanel = {
  name: 'defects',
  title: 'Planted defects',
  lead:
    'Bugs planted on purpose as the code is loaded, to show that the checks can fail. Found ' +
    'means: the named check turned red, the fault had landed, and the same seed is green without the defect.',
  order: 60,
  place: 'page',
  render: ({ run }) => {
    if (run.defects === undefined) return null;
    if (run.defects.length === 0) return h('p', null, 'No defect was planted.');
    const ordered = run.defects.toSorted((a, b) => Number(a.found) - Number(b.found));
    return table({
      caption: 'Planted defects, those not found first',
      quiet: true,
      columns: [
        { head: 'Defect' },
        { head: 'Found' },
        { head: 'Service' },
        { head: 'Experiment' },
        { head: 'Check that must see it' },
        { head: 'Turned red' },
        { head: 'Places changed', figures: true },
        { head: 'Found after', figures: true },
        { head: 'Took', figures: true },
      ],
      rows: ordered.map((defect) => [
        h(
          'span',
          { 'data-item-row': defect.found ? 'pass' : 'fail' },
          h('b', null, defect.defect),
          h('br', null),
          h('span', { class: 'muted' }, defect.description),
        ),
        [
          badge(defect.found ? 'pass' : 'fail', defect.found ? 'found' : 'not found'),
          defect.why === undefined ? null : h('div', { class: 'muted small' }, defect.why),
        ],
        defect.service,
        defect.experiment,
        defect.expectedCheck,
        defect.foundBy.length === 0 ? 'none' : defect.foundBy.join(', '),
        count(defect.replacements),
        defect.foundAfterMs === undefined ? '' : duration(defect.foundAfterMs),
        duration(defect.tookMs),
      ]),
    });
  },
};

export default panel;
