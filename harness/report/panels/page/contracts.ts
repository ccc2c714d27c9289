/** The contract matrix: consumers against providers, and every interaction of each pair. */

import type { ContractPair, InteractionResult, VerdictStatus } from '../../../core/index.ts';
import { worstOf } from '../../../core/index.ts';
import { duration, plural } from '../../format.ts';
import type { PagePanel } from '../../panel.ts';
import { badge, sign } from '../../parts/badge.ts';
import { type Drawn, h } from '../../parts/element.ts';
import { table } from '../../parts/table.ts';
import type { PairView } from '../../view.ts';
import { VERDICT_WORDS } from '../../words.ts';

const WEIGHT: Readonly<Record<VerdictStatus, number>> = { fail: 0, unknown: 1, pass: 2 };

const panel: PagePanel = {
  name: 'contracts',
  title: 'Contracts',
  lead:
    'What each consumer (rows) expects of each provider (columns), verified against the running ' +
    'provider; messages against bytes it really put on the topic, gRPC by real calls.',
  order: 50,
  place: 'page',
  render: ({ run, pairs }) => {
    if (run.contracts === undefined) return null;
    if (pairs.length === 0) return h('p', null, 'No contract was found.');
    return [
      matrix(pairs),
      h(
        'p',
        { class: 'muted small' },
        `${plural(pairs.length, 'contract')} verified in ${duration(run.contracts.tookMs)}. A number ` +
          'is how many interactions hold.',
      ),
      pairs.toSorted((a, b) => WEIGHT[a.pair.verdict] - WEIGHT[b.pair.verdict]).map(pairDetails),
    ];
  },
};

function matrix(pairs: readonly PairView[]): Drawn {
  const consumers = [...new Set(pairs.map(({ pair }) => pair.consumer))].sort();
  const providers = [...new Set(pairs.map(({ pair }) => pair.provider))].sort();
  return table({
    caption: 'Contract matrix: consumers by row, providers by column',
    columns: [{ head: 'Consumer' }, ...providers.map((provider) => ({ head: provider }))],
    rows: consumers.map((consumer) => [
      consumer,
      ...providers.map((provider) => {
        const here = pairs.filter(({ pair }) => pair.consumer === consumer && pair.provider === provider);
        return here.length === 0 ? h('span', { class: 'muted', 'aria-label': 'no contract' }, '·') : here.map(cell);
      }),
    ]),
  });
}

function cell({ pair, anchor }: PairView): Drawn {
  const kept = pair.interactions.filter((interaction) => interaction.verdict === 'pass').length;
  const label =
    `${pair.consumer} to ${pair.provider} by ${pair.kind}: ` +
    `${VERDICT_WORDS[pair.verdict].word}, ${kept} of ${pair.interactions.length} interactions hold`;
  return h(
    'a',
    { href: `#${anchor}`, class: `cell ${pair.verdict}`, 'aria-label': label },
    sign(pair.verdict),
    ` ${kept}/${pair.interactions.length} `,
    h('small', null, pair.kind),
  );
}

function pairDetails({ pair, anchor }: PairView): Drawn {
  return h(
    'details',
    { id: anchor, class: `card pair ${pair.verdict}`, open: pair.verdict !== 'pass', 'data-item': pair.verdict },
    h(
      'summary',
      null,
      h(
        'h3',
        null,
        `${pair.consumer} → ${pair.provider}`,
        h('small', null, ` ${pair.kind}, ${plural(pair.interactions.length, 'interaction')}`),
      ),
      badge(pair.verdict),
    ),
    pair.problem === undefined ? null : h('p', { class: 'trouble' }, pair.problem),
    interactions(pair),
    h('p', { class: 'muted small' }, pair.file),
  );
}

function interactions(pair: ContractPair): Drawn | null {
  if (pair.interactions.length === 0) return null;
  const worstFirst = pair.interactions.toSorted((a, b) => WEIGHT[a.verdict] - WEIGHT[b.verdict]);
  const status = worstOf(pair.interactions.map((interaction) => interaction.verdict));
  return h('ul', { class: `checks ${status}` }, worstFirst.map(interactionItem));
}

function interactionItem({ description, states, verdict, problems }: InteractionResult): Drawn {
  return h(
    'li',
    { class: verdict },
    h(
      'p',
      { class: 'check-line' },
      badge(verdict),
      ' ',
      description,
      states.length === 0 ? null : h('span', { class: 'muted' }, ` given ${states.join(', ')}`),
    ),
    problems.length === 0
      ? null
      : h(
          'ul',
          { class: 'evidence' },
          problems.map((problem) => h('li', null, problem)),
        ),
  );
}

export default panel;
