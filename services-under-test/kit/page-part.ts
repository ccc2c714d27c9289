/** Parts of a page, each from another service: asked for at the same time, with little patience; a page goes without what does not come. */
import { CircuitOpen, createBreaker } from './breaker.ts';
import { createHttpClient, UpstreamFailed } from './http-client.ts';
import { type Logger, reasonOf } from './log.ts';
import { ProblemError } from './problem.ts';

/** What a front end's own door promises about the services it asks: one try, and soon given up. */
export const TO_PART = {
  deadlineMs: 300,
  breaker: { threshold: 5, counts: 'attempts', timeoutMs: 300, openMs: 1_000, probes: 1, graceMs: 50 },
  idempotent: true,
} as const;

/** What came: a body, or the word that it is not there, or nothing at all. */
export type PartAnswer =
  | { readonly state: 'here'; readonly body: unknown }
  | { readonly state: 'not-found' }
  | { readonly state: 'missing' };

export interface PartSource {
  /** Never rejects. `userId`: on whose behalf. */
  ask(path: string, userId?: string): Promise<PartAnswer>;
  close(): Promise<void>;
}

export interface PartOptions {
  /** `bff-web->catalog` */
  readonly edge: string;
  readonly url: string;
  readonly log: Logger;
}

export function createPartSource({ edge, url, log }: PartOptions): PartSource {
  const client = createHttpClient(url);
  const breaker = createBreaker({ edge, ...TO_PART.breaker, log });
  return {
    async ask(path, userId) {
      const headers: Record<string, string> = userId === undefined ? {} : { 'x-user-id': userId };
      try {
        const { status, body } = await breaker.attempt(async (signal) => {
          const answer = await client.call({ method: 'GET', path, headers, signal });
          if (answer.status >= 500) throw new UpstreamFailed(answer);
          return answer;
        });
        if (status === 200) return { state: 'here', body };
        if (status === 404) return { state: 'not-found' };
        log.warn({ edge, path, status }, 'a part of a page was refused');
      } catch (error) {
        if (!(error instanceof CircuitOpen)) log.warn({ edge, path, reason: reasonOf(error) }, 'a part did not come');
      }
      return { state: 'missing' };
    },
    close: client.close,
  };
}

/** The body of a part that a page can do without: null where it did not come. */
export function bodyOf(answer: PartAnswer): unknown {
  return answer.state === 'here' ? answer.body : null;
}

/** The body of what the page is about; throws a 404 or 503 problem where there is none. */
export function bodyOrProblem(answer: PartAnswer, what: string): unknown {
  if (answer.state === 'here') return answer.body;
  if (answer.state === 'not-found') throw new ProblemError(404, 'Not found', { detail: `there is no such ${what}` });
  throw new ProblemError(503, 'Page unavailable', { detail: `the ${what} could not be had`, retryAfterSeconds: 1 });
}

/** Names of the parts that did not come: what a front end may want to say. */
export function missingOf(parts: Readonly<Record<string, PartAnswer>>): string[] {
  return Object.entries(parts).flatMap(([name, { state }]) => (state === 'missing' ? [name] : []));
}

/** A member of a body of which nothing is known for sure. */
export function memberOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>)[name] : undefined;
}

export function listOf(body: unknown, name: string): readonly unknown[] {
  const list = memberOf(body, name);
  return Array.isArray(list) ? list : [];
}
