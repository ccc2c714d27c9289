/** What is kept of the wire's records during a load, and what can be judged by it. */
import type { HistoryRecord } from '../core/index.ts';
import type { Experiment, FeedOptions } from '../experiment/index.ts';
import type { Gathered } from './gathered.ts';
import type { LoadChecks } from './plan-checks.ts';

/** Records kept of one load: enough to see what the faults did, however long it is. */
const MOST_RECORDS = 20_000;

/** All records are counted as they come; kept are the few that say what the faults did, and what the checks read. */
export function boundedFeed(
  experiment: Experiment | undefined,
  { checks }: LoadChecks,
  { times }: Gathered,
  onRecord: (record: HistoryRecord) => void,
): FeedOptions {
  const watched = new Set(experiment?.faults.map(({ target }) => target));
  for (const edge of checks.flatMap(({ edges }) => edges)) watched.add(edge);
  const rare = new Set<HistoryRecord['type']>(['fault', 'process', 'service-event']);
  return {
    onRecord,
    keep: (record) =>
      rare.has(record.type) || (times.injectedAt !== undefined && 'edge' in record && watched.has(record.edge)),
    most: MOST_RECORDS,
  };
}

/** Where the oldest records had to go, nobody knows any more what happened on an edge. */
export function whatCanBeJudged({ checks, notJudged }: LoadChecks, records: number) {
  const whole = records < MOST_RECORDS * 0.9;
  const judged = checks.filter(({ edges }) => whole || edges.length === 0);
  const why = `more exchanges than the ${MOST_RECORDS} that are kept of a load`;
  const left = checks.filter((check) => !judged.includes(check)).map(({ kind }) => ({ check: kind.name, why }));
  return { judged, notJudged: [...notJudged, ...left] };
}
