/** The facts of the run: all that is needed to do the same again. */

import type { RunFile } from '../../../core/index.ts';
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
      ...partFacts(run),
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

/** How the run was split, put together or repeated. */
function partFacts({ shard, merged, repeat, notRun }: RunFile): [name: string, value: string][] {
  const lost = merged && merged.missing.length > 0 ? `; missing: ${merged.missing.join(', ')}` : '';
  return [
    ...(repeat === undefined ? [] : [['Runs of each experiment', String(repeat)] as [string, string]]),
    ...(shard ? [['Part', `${shard.index} of ${shard.of}`] as [string, string]] : []),
    ...(merged ? [['Merged from', `${merged.parts.length} of ${merged.of} parts${lost}`] as [string, string]] : []),
    ...(notRun ? [['Left out by --bail', notRun.join(', ')] as [string, string]] : []),
  ];
}

export default panel;
