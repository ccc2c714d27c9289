/** One upstream of the gateway: its own connections, breaker, time-out, a careful retry, and a quick answer when it is away. */
import { ConstantBackoff, handleWhen, retry } from 'cockatiel';
import { CircuitOpen, createBreaker } from '../kit/breaker.ts';
import { createHttpClient, type HttpAnswer, type HttpCall, UpstreamFailed } from '../kit/http-client.ts';
import { type Logger, reasonOf } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import { GATEWAY_TO_UPSTREAM } from './promises.ts';
import { isBrokenConnection } from './rules.ts';

export interface Upstream {
  /** Its answer (2xx to 4xx), or a 503 problem with Retry-After when there is none in time. */
  ask(call: HttpCall): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** The fallback is given a little before it is due. */
const DEADLINE_MS = GATEWAY_TO_UPSTREAM.fallback.withinMs - 80;

export function createUpstream(name: string, url: string, log: Logger): Upstream {
  const client = createHttpClient(url);
  const breaker = createBreaker({ edge: `gateway->${name}`, ...GATEWAY_TO_UPSTREAM.breaker, log });
  const again = retry(handleWhen(isBrokenConnection), {
    maxAttempts: GATEWAY_TO_UPSTREAM.retries.attempts,
    backoff: new ConstantBackoff(GATEWAY_TO_UPSTREAM.retries.backoffMs),
  });
  const attempt = (call: HttpCall) => async (signal: AbortSignal) => {
    const answer = await client.call({ ...call, signal });
    if (answer.status >= 500) throw new UpstreamFailed(answer);
    return answer;
  };
  return {
    async ask(call) {
      const deadline = AbortSignal.timeout(DEADLINE_MS);
      try {
        return await again.execute(() => breaker.attempt(attempt(call), deadline), deadline);
      } catch (error) {
        if (!(error instanceof CircuitOpen))
          log.warn({ upstream: name, reason: reasonOf(error) }, 'the upstream is away');
        throw new ProblemError(503, 'Service unavailable', {
          detail: `${name} is not available now`,
          retryAfterSeconds: 1,
          cause: error,
        });
      }
    },
    close: client.close,
  };
}
