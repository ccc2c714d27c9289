/** Each promised breaker: what the topology declares, what the wire saw, and what the service says of itself. */

import type { BreakerSpan, BreakerTrack } from '../../digest/breakers.ts';
import { count, duration, plural } from '../../format.ts';
import type { ExperimentPanel } from '../../panel.ts';
import type { Drawn } from '../../parts/element.ts';
import { table } from '../../parts/table.ts';
import { edgeName, folded, note } from '../../parts/text.ts';

const CHANGES_MAX = 40;

const panel: ExperimentPanel = {
  name: 'breakers',
  title: 'Breakers',
  lead:
    'Seen on the wire: the calls that were and were not made, read against the declared promise. ' +
    'The service’s own words are the second witness. Both are drawn in the timeline.',
  order: 60,
  place: 'experiment',
  render: ({ case: digest, result }) => {
    const tracks = digest?.breakers ?? [];
    if (tracks.length === 0 || result.case === undefined) return null;
    const { startedAt } = result.case;
    if (!tracks.some((track) => track.moved || track.failures > 0)) {
      return note(
        `No call failed on ${tracks.map((track) => track.edge.replace('->', ' → ')).join(' and ')}, ` +
          'and no breaker opened.',
      );
    }
    return [
      table({
        caption: 'Breakers: promised and seen',
        quiet: true,
        columns: [
          { head: 'Edge' },
          { head: 'Promise' },
          { head: 'Calls', figures: true },
          { head: 'Failed', figures: true },
          { head: 'Opened (wire)', figures: true },
          { head: 'Opened (service)', figures: true },
          { head: 'Time open', figures: true },
        ],
        rows: tracks.map((track) => [
          edgeName(track.edge),
          promiseText(track),
          count(track.attempts),
          count(track.failures),
          count(opened(track.seen)),
          track.said.length === 0 ? 'silent' : count(opened(track.said)),
          duration(timeOpen(track.seen)),
        ]),
      }),
      note('This table is a reading aid; the verdict is that of the check above.'),
      tracks.map((track) => changesTable(track, startedAt)),
    ];
  },
};

function promiseText({ promise }: BreakerTrack): string {
  const { threshold, counts, openMs, probes, timeoutMs } = promise;
  return (
    `open after ${threshold} failed ${counts} (time-out ${duration(timeoutMs)}), for ` +
    `${duration(openMs)}, then ${plural(probes, 'probe')}`
  );
}

function opened(spans: readonly BreakerSpan[]): number {
  return spans.filter((span) => span.state === 'open').length;
}

function timeOpen(spans: readonly BreakerSpan[]): number {
  return spans.filter((span) => span.state === 'open').reduce((sum, span) => sum + span.to - span.from, 0);
}

/** The text alternative of the strips in the timeline. */
function changesTable(track: BreakerTrack, startedAt: number): Drawn | null {
  const rows = [
    ...track.seen.map((span) => ({ ...span, by: 'wire' })),
    ...track.said.map((span) => ({ ...span, by: 'service' })),
  ]
    .sort((a, b) => a.from - b.from)
    .slice(0, CHANGES_MAX)
    .map((span) => [duration(Math.max(0, span.from - startedAt)), span.by, span.state, duration(span.to - span.from)]);
  if (rows.length <= 1) return null;
  return folded(
    ['States of ', edgeName(track.edge), ' over time'],
    table({
      caption: `Breaker of ${track.edge.replace('->', ' → ')}: its states in time order`,
      columns: [
        { head: 'From', figures: true },
        { head: 'Witness' },
        { head: 'State' },
        { head: 'For', figures: true },
      ],
      rows,
    }),
  );
}

export default panel;
