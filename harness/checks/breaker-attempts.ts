/** From the wire's exchanges to what a breaker counts: single attempts, or calls with their retries. */
import type { BreakerPromise, ExchangeRecord, Promises } from '../core/index.ts';
import type { Attempt } from './breaker-model.ts';
import { groupBy, isFailure } from './case-view.ts';

/** Back-off may grow and jitter: a retry may start this many times later than declared. */
const BACKOFF_STRETCH = 4;

export function attemptsOf(
  exchanges: readonly ExchangeRecord[],
  breaker: BreakerPromise,
  promises: Promises,
): Attempt[] {
  if (breaker.counts === 'attempts' || promises.retries === undefined) return exchanges.map(attemptOf);
  const pauseMs = promises.retries.backoffMs * BACKOFF_STRETCH + breaker.graceMs;
  const most = promises.retries.attempts + 1;
  const groups = groupBy(
    exchanges,
    ({ operation, trace, key, connection }) => `${operation} ${key ?? trace ?? `#${connection}`}`,
  );
  return [...groups.values()].flatMap((group) => callsOf(group, most, pauseMs)).sort((a, b) => a.at - b.at);
}

/** Exchanges of one request, cut into calls: the next is a retry when the one before failed and it started soon after. */
function callsOf(exchanges: readonly ExchangeRecord[], most: number, pauseMs: number): Attempt[] {
  const calls: Attempt[] = [];
  let members: ExchangeRecord[] = [];
  const finish = () => {
    const [first] = members;
    const last = members.at(-1);
    if (first !== undefined && last !== undefined) calls.push({ ...attemptOf(last), at: first.at });
    members = [];
  };
  for (const exchange of exchanges) {
    const before = members.at(-1);
    const isRetry =
      before !== undefined &&
      members.length < most &&
      isFailure(before) &&
      exchange.at - before.endAt <= pauseMs &&
      exchange.at >= before.endAt;
    if (!isRetry) finish();
    members.push(exchange);
  }
  finish();
  return calls;
}

function attemptOf(exchange: ExchangeRecord): Attempt {
  const { at, endAt, outcome, operation, status } = exchange;
  return {
    at,
    ...(outcome === 'open' ? {} : { endAt }),
    failed: isFailure(exchange),
    what: `${operation} ${outcome}${status === undefined ? '' : ` ${status}`}`,
  };
}
