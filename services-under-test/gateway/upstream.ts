/** One upstream of the gateway, balanced over its instances: connections and a breaker each, a time-out, a careful retry, a quick answer when it is away. */
import { ConstantBackoff, handleWhen, retry } from 'cockatiel';
import { createBalancer, type Instance } from '../kit/balancer.ts';
import { type Breaker, CircuitOpen, createBreaker } from '../kit/breaker.ts';
import {
  createHttpClient,
  type HttpAnswer,
  type HttpCall,
  type HttpClient,
  neverArrived,
  UpstreamFailed,
} from '../kit/http-client.ts';
import { type Logger, reasonOf } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import { GATEWAY_TO_UPSTREAM } from './promises.ts';
import { isBrokenConnection, mayRepeat } from './rules.ts';

export interface Upstream {
  /** Its answer (2xx to 4xx), or a 503 problem with Retry-After when there is none in time. */
  ask(call: HttpCall): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** The fallback is given a little before it is due. */
const DEADLINE_MS = GATEWAY_TO_UPSTREAM.fallback.withinMs - 80;

/** `where` is the address of the only instance, or tells which instances there are now. */
export function createUpstream(name: string, where: string | (() => readonly Instance[]), log: Logger): Upstream {
  const alone = typeof where === 'string' ? [{ id: name, origin: where }] : undefined;
  const balancer = createBalancer(alone === undefined ? (where as () => readonly Instance[]) : () => alone);
  const lines = createLines(log);
  const again = retry(handleWhen(isBrokenConnection), {
    maxAttempts: GATEWAY_TO_UPSTREAM.retries.attempts,
    backoff: new ConstantBackoff(GATEWAY_TO_UPSTREAM.retries.backoffMs),
  });
  const attempt = async (call: HttpCall, deadline: AbortSignal) => {
    const instance = balancer.choose((one) => lines.to(one).admitted);
    if (instance === undefined) throw new Error(`no instance of ${name} is known`);
    const { client, breaker } = lines.to(instance);
    try {
      return await breaker.attempt((signal) => answerOf(client, { ...call, signal }), deadline);
    } catch (error) {
      if (neverArrived(error)) balancer.refused(instance);
      throw error;
    } finally {
      balancer.done(instance);
    }
  };
  return {
    async ask(call) {
      const deadline = AbortSignal.timeout(DEADLINE_MS);
      try {
        if (!mayRepeat(call)) return await attempt(call, deadline);
        return await again.execute(() => attempt(call, deadline), deadline);
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
    close: lines.close,
  };
}

/** The way to one instance. */
interface Line {
  readonly origin: string;
  readonly client: HttpClient;
  readonly breaker: Breaker;
  /** False while its breaker is open, or its probe is under way. */
  admitted: boolean;
}

function createLines(log: Logger) {
  const lines = new Map<string, Line>();
  return {
    to({ id, origin }: Instance): Line {
      const known = lines.get(id);
      if (known?.origin === origin) return known;
      if (known) {
        void known.client.close();
        log.info({ event: 'breaker', edge: `gateway->${id}`, state: 'closed' }, 'another address, another breaker');
      }
      const breaker = createBreaker({ edge: `gateway->${id}`, ...GATEWAY_TO_UPSTREAM.breaker, log });
      const line: Line = { origin, client: createHttpClient(origin), breaker, admitted: true };
      breaker.onAdmission((admitted) => {
        line.admitted = admitted;
      });
      lines.set(id, line);
      return line;
    },
    close: async () => void (await Promise.all([...lines.values()].map(({ client }) => client.close()))),
  };
}

/** A 5xx is no answer: it counts against the breaker. */
async function answerOf(client: HttpClient, call: HttpCall): Promise<HttpAnswer> {
  const answer = await client.call(call);
  if (answer.status >= 500) throw new UpstreamFailed(answer);
  return answer;
}
