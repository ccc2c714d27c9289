/** What the words of this page mean. */

import type { PagePanel } from '../../panel.ts';
import { badge } from '../../parts/badge.ts';
import { type Drawn, h } from '../../parts/element.ts';
import { folded } from '../../parts/text.ts';
import { GLOSSARY, OUTCOMES, REASONS, VERDICT_WORDS } from '../../words.ts';

const panel: PagePanel = {
  name: 'words',
  title: 'Words',
  order: 100,
  place: 'page',
  render: () => [
    list([
      [badge('pass'), VERDICT_WORDS.pass.meaning],
      [badge('fail'), VERDICT_WORDS.fail.meaning],
      [badge('unknown'), VERDICT_WORDS.unknown.meaning],
      ...GLOSSARY,
    ]),
    folded('Reasons for a verdict', list(Object.entries(REASONS))),
    folded('How an exchange can end', list(Object.entries(OUTCOMES))),
  ],
};

function list(entries: readonly (readonly [term: string | Drawn, meaning: string])[]): Drawn {
  return h(
    'dl',
    { class: 'words' },
    entries.map(([term, meaning]) => h('div', null, h('dt', null, term), h('dd', null, meaning))),
  );
}

export default panel;
