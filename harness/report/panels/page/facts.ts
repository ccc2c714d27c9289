/** The facts of the run: all that is needed to do the same again. */

import { duration, instant } from '../../format.ts';
import type { PagePanel } from '../../panel.ts';
import { h } from '../../parts/element.ts';
import { EXIT_CODES } from '../../words.ts';

const panel: PagePanel = {
  name: 'facts',
  title: 'Run facts',
  order: 90,
  place: 'page',
  render: ({ run }) => {
    const facts: [name: string, value: string][] = [
      ['Run', run.id],
      ['Began', instant(run.startedAt)],
      ['Took', duration(run.endedAt - run.startedAt)],
      ['Seed', String(run.seed)],
      ['Runtime', `${run.runtime}: ${run.runtimeReason}`],
      ['Commit', run.commit ?? 'not known'],
      ['Exit code', `${run.exitCode}${run.exitCode in EXIT_CODES ? `: ${EXIT_CODES[run.exitCode]}` : ''}`],
      ...Object.entries(run.versions).map(([name, version]): [string, string] => [name, version]),
      ['run.json schema', String(run.schema)],
    ];
    return h(
      'dl',
      { class: 'facts' },
      facts.map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))),
    );
  },
};

export default panel;
