/** What stands in the query of a request. */
import { ProblemError } from './problem.ts';

/** A moment in epoch ms under `field`; 0 where there is none. Throws a 400 problem for anything else. */
export function momentIn(query: Readonly<Record<string, string | undefined>>, field: string): number {
  const moment = Number(query[field] ?? 0);
  if (Number.isSafeInteger(moment) && moment >= 0) return moment;
  throw new ProblemError(400, 'Invalid query', { detail: `${field} must be a moment in epoch milliseconds`, field });
}
