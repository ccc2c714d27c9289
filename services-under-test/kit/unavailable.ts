/** What a service cannot do now, because something it stands on is away: 503, and the caller may come again. */
import { type Logger, reasonOf } from './log.ts';
import { ProblemError } from './problem.ts';

/** Does the work; what fails in it is a passing trouble of ours, unless it is a problem for the caller. */
export async function orUnavailable<Result>(what: string, work: () => Promise<Result>, log: Logger): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    log.warn({ reason: reasonOf(cause) }, `${what} is unavailable`);
    throw new ProblemError(503, 'Unavailable', { detail: `${what} is unavailable`, retryAfterSeconds: 1, cause });
  }
}
