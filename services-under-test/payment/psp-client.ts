/** The payment service provider, seen from payment: every attempt goes through one breaker and is logged. */
import { type Breaker, CircuitOpen } from '../kit/breaker.ts';
import { type HttpAnswer, type HttpClient, UpstreamFailed } from '../kit/http-client.ts';
import { type Logger, reasonOf } from '../kit/log.ts';
import { nowMs } from '../kit/time.ts';

export interface PspCall {
  readonly path: '/charges' | '/refunds' | '/voids';
  readonly orderId: string;
  /** Idempotency key: a repeated call gets the first answer again. */
  readonly key: string;
  readonly body: unknown;
}

export interface PspClient {
  readonly breaker: Breaker;
  /** One attempt; resolves with a definite answer (2xx or 4xx), rejects when there was none. */
  attempt(call: PspCall): Promise<HttpAnswer>;
}

export function createPspClient(http: HttpClient, breaker: Breaker, log: Logger): PspClient {
  return {
    breaker,
    async attempt({ path, orderId, key, body }) {
      const startedAt = nowMs();
      try {
        const answer = await breaker.attempt((signal) => definiteAnswer(http, path, key, body, signal));
        log.info({ path, orderId, status: answer.status, tookMs: nowMs() - startedAt }, 'the psp answered');
        return answer;
      } catch (error) {
        if (!(error instanceof CircuitOpen)) {
          log.warn({ path, orderId, tookMs: nowMs() - startedAt, reason: reasonOf(error) }, 'the psp gave no answer');
        }
        throw error;
      }
    },
  };
}

/**
 * A 4xx is an answer, and no sign that the provider is unwell. A 5xx is none; neither is 429, which decides nothing, nor a
 * success that cannot be read: what was decided is learnt by asking again under the same key.
 */
async function definiteAnswer(http: HttpClient, path: string, key: string, body: unknown, signal: AbortSignal) {
  const answer = await http.call({ method: 'POST', path, headers: { 'idempotency-key': key }, body, signal });
  if (answer.status >= 500) throw new UpstreamFailed(answer);
  if (answer.status === 429) throw new UpstreamFailed(answer);
  if (answer.status < 300 && typeof answer.body === 'string') throw new UpstreamFailed(answer);
  return answer;
}
