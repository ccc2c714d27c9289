/** What the owner of a breaker says about it (service events), held against what the wire shows. The second witness, never the first. */
import type { CheckInput, ServiceEventRecord } from '../core/index.ts';
import type { Opening } from './breaker-model.ts';

export interface Testimony {
  /** The service said anything at all about this breaker. */
  readonly heard: boolean;
  /** Openings of the wire that the service did not report. */
  readonly unreported: readonly Opening[];
  /** Times at which the service reported an opening that the wire does not explain. */
  readonly unexplained: readonly number[];
  /** Openings that both saw. */
  readonly agreed: number;
}

/** A service writes its log a little before or after the end of the exchange passes the wire. */
const LOG_BLUR_MS = 250;

/** Compares openings in time order: each report answers for one opening. */
export function hearWitness(input: CheckInput, edge: string, openings: readonly Opening[]): Testimony {
  const events = input.history.filter(
    (record): record is ServiceEventRecord =>
      record.type === 'service-event' && record.event === 'breaker' && record.detail.edge === edge,
  );
  const reported = events.filter(({ detail }) => detail.state === 'open').map(({ at }) => at);
  const unreported: Opening[] = [];
  let next = 0;
  const unexplained: number[] = [];
  for (const opening of openings) {
    while (next < reported.length && (reported[next] ?? 0) < opening.at - LOG_BLUR_MS)
      unexplained.push(reported[next++] ?? 0);
    if (next < reported.length && (reported[next] ?? 0) <= opening.at + LOG_BLUR_MS) next++;
    else unreported.push(opening);
  }
  unexplained.push(...reported.slice(next));
  return { heard: events.length > 0, unreported, unexplained, agreed: openings.length - unreported.length };
}
