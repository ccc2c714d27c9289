/** The system under test as a picture, with the edges that faults hit. */

import { markedEdges } from '../../drawing/hubs.ts';
import { struckEdges, topologySvg } from '../../drawing/topology.ts';
import { plural } from '../../format.ts';
import type { PagePanel } from '../../panel.ts';
import { h } from '../../parts/element.ts';

const panel: PagePanel = {
  name: 'topology',
  title: 'What was tested',
  lead:
    'Every arrow is an edge: one caller and one callee, with a proxy of its own in between. Thick ' +
    'arrows with a count are the ones that faults hit.',
  order: 20,
  place: 'page',
  render({ run, edgeHits, partHits }) {
    const marked = markedEdges(run.topology, struckEdges(edgeHits)).size;
    return h(
      'figure',
      { class: 'chart-figure' },
      h(
        'div',
        { class: 'scroll chart', tabIndex: 0, role: 'region', 'aria-label': 'Topology drawing' },
        topologySvg({ topology: run.topology, edgeHits, partHits, id: 'topology-svg' }),
      ),
      h(
        'figcaption',
        { class: 'legend' },
        ...[
          ['box', 'service'],
          ['dashed', 'stands for the outside world'],
          ['drum', 'store'],
          ['hexagon', 'broker'],
        ].map(([shape, meaning]) =>
          h('span', null, h('i', { class: `key-${shape}`, 'aria-hidden': 'true' }), `${shape}: ${meaning}`),
        ),
        marked === 0
          ? null
          : h('span', null, `small drum or hexagon on a box: it uses that store or broker (${plural(marked, 'edge')})`),
        h('span', { class: 'narrow-only' }, 'The drawing scrolls sideways.'),
        h('span', null, h('b', { class: 'hit-word' }, '↯ n'), ' hit n times by faults, over all experiments'),
      ),
    );
  },
};

export default panel;
