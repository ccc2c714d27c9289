/** Passwords are slow to check on purpose: only so many are under way, and who finds no place comes again in a second. */
import { BulkheadFull, createBulkhead } from '../kit/bulkhead.ts';
import { ProblemError } from '../kit/problem.ts';
import { type Costs, hashPassword, isPassword } from './passwords.ts';

export interface PasswordDesk {
  hash(password: string): Promise<string>;
  matches(password: string, hash: string | undefined): Promise<boolean>;
}

/** Each takes 8 MiB, and a thread. */
const PLACES = 4;

export function createPasswordDesk(costs: Costs): PasswordDesk {
  const bulkhead = createBulkhead('passwords', PLACES);
  const inTurn = <Result>(work: () => Promise<Result>) =>
    bulkhead.run(work).catch((error: unknown) => {
      if (!(error instanceof BulkheadFull)) throw error;
      const detail = 'too many people log in at the moment';
      throw new ProblemError(503, 'Busy', { detail, retryAfterSeconds: 1, cause: error });
    });
  return {
    hash: (password) => inTurn(() => hashPassword(password, costs)),
    matches: (password, hash) => inTurn(() => isPassword(password, hash, costs)),
  };
}
