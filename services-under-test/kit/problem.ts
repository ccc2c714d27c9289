/** Problem documents (RFC 9457): the one shape of every error answer. */
import { currentContext, DeadlinePassed } from './context.ts';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** The member of the request that is wrong, as a path (`items[0].quantity`). */
  readonly field?: string;
  readonly correlationId?: string;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** An error that is to be answered as a problem document. */
export class ProblemError extends Error {
  readonly status: number;
  readonly title: string;
  readonly field: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    title: string,
    more: { detail?: string; field?: string; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(more.detail ?? title, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'ProblemError';
    this.status = status;
    this.title = title;
    this.field = more.field;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** The document for an error. What is not a `ProblemError` is an internal error and tells nothing about itself. */
export function problemOf(error: unknown): Problem {
  const correlationId = currentContext()?.correlationId;
  if (error instanceof ProblemError) {
    return {
      type: `urn:problem:${error.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`,
      title: error.title,
      status: error.status,
      detail: error.message,
      ...(error.field === undefined ? {} : { field: error.field }),
      correlationId,
    };
  }
  if (error instanceof DeadlinePassed)
    return { type: 'about:blank', title: 'Deadline passed', status: 504, detail: error.message, correlationId };
  const status = statusOf(error);
  if (status < 500)
    return { type: 'about:blank', title: 'Bad request', status, detail: (error as Error).message, correlationId };
  return { type: 'about:blank', title: 'Internal error', status: 500, correlationId };
}

/** The status an HTTP framework gave to its own error (a body that is not JSON is a 400), else 500. */
function statusOf(error: unknown): number {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
