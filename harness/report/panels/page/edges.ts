/**
 * Every edge in a table: what its caller promises, how well its exchanges are told apart by case, how often it was
 * hit.
 */

import type { Promises } from '../../../core/index.ts';
import { edgeId } from '../../../core/index.ts';
import { count, duration, percent, plural } from '../../format.ts';
import type { PagePanel } from '../../panel.ts';
import { h } from '../../parts/element.ts';
import { table } from '../../parts/table.ts';
import { edgeName, folded } from '../../parts/text.ts';

const panel: PagePanel = {
  name: 'edges',
  title: 'Edges and attribution',
  lead:
    'Attribution is the share of exchanges that the wire can assign to one case. Below 100 % a ' +
    'fault cannot be kept to one case there, and cases that need it run alone.',
  order: 70,
  place: 'page',
  render: ({ run, edgeHits }) => {
    const attribution = new Map(run.attribution.map((row) => [row.edge, row]));
    const rows = run.topology.edges.map((edge) => {
      const id = edgeId(edge);
      const measured = attribution.get(id);
      return [
        edgeName(id),
        edge.protocol,
        promisesText(edge.promises),
        measured === undefined ? 'not measured' : count(measured.exchanges),
        measured === undefined ? '–' : percent(measured.attributed, measured.exchanges),
        count(edgeHits.get(id)?.hits ?? 0),
      ];
    });
    const weak = run.attribution.filter((row) => row.attributed < row.exchanges).length;
    const sentence =
      run.attribution.length === 0
        ? 'Attribution was not measured in this run.'
        : weak === 0
          ? `All ${run.attribution.length} measured edges are fully attributed.`
          : `${plural(weak, 'edge')} of ${run.attribution.length} measured are below 100 %.`;
    return h(
      'div',
      null,
      h('p', null, sentence),
      folded(
        `All ${plural(rows.length, 'edge')}`,
        table({
          caption: 'Edges: promises, attribution in the control runs, hits by faults',
          columns: [
            { head: 'Edge' },
            { head: 'Protocol' },
            { head: 'The caller promises' },
            { head: 'Exchanges', figures: true },
            { head: 'Attributed', figures: true },
            { head: 'Hits', figures: true },
          ],
          rows,
        }),
      ),
    );
  },
};

function promisesText(promises: Promises | undefined): string {
  if (promises === undefined) return '–';
  const { deadlineMs, retries, breaker, idempotent, fallback } = promises;
  const parts: string[] = [];
  if (deadlineMs !== undefined) parts.push(`answer or give up in ${duration(deadlineMs)}`);
  if (retries !== undefined)
    parts.push(`${plural(retries.attempts, 'retry', 'retries')} after ${duration(retries.backoffMs)}`);
  if (breaker !== undefined)
    parts.push(`breaker opens after ${breaker.threshold} failed ${breaker.counts} for ${duration(breaker.openMs)}`);
  if (idempotent) parts.push('a repeat has the effect of one');
  if (fallback !== undefined) parts.push(`else ${fallback.status}${fallback.retryAfter ? ' with Retry-After' : ''}`);
  return parts.length === 0 ? '–' : parts.join('; ');
}

export default panel;
