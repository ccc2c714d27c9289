/**
 * Idempotency key: a request that is repeated under its key has the effect of one and gets the first answer again.
 * The key's row is written by the statement that has the effect (see the statement of `order/store.ts`), so of two twins
 * that run at once one waits for the other and then finds its answer. The same key with another body is refused.
 */
import { createHash } from 'node:crypto';
import { ProblemError } from './problem.ts';

/** What is stored under a key. */
export interface StoredAnswer {
  readonly body_hash: string;
  /** JSON text of the first answer. */
  readonly answer: string;
}

/** A stable fingerprint of what was asked: taken from the validated request, not from its bytes. */
export function bodyHash(request: unknown): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url');
}

/** The first answer again, or 422 when the key was used for something else. */
export function replay(stored: StoredAnswer, hash: string): unknown {
  if (stored.body_hash !== hash) {
    throw new ProblemError(422, 'Idempotency key reused', {
      detail: 'this idempotency key was used with another body',
      field: 'idempotencyKey',
    });
  }
  return JSON.parse(stored.answer);
}

/** The key of a request: 1 to 200 visible characters. */
export function keyOf(header: unknown): string {
  if (typeof header !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(header)) {
    throw new ProblemError(400, 'Idempotency key missing', {
      detail: 'an idempotency key of 1 to 200 visible characters is needed',
      field: 'idempotencyKey',
    });
  }
  return header;
}
