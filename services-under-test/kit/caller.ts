/** Who a request is for: the gateway has checked that, and says so in a header. */
import { ProblemError } from './problem.ts';

export const USER_HEADER = 'x-user-id';

/** The user in the header; throws a 400 problem where there is none. */
export function callerOf(headers: Readonly<Record<string, string | string[] | undefined>>): string {
  const user = headers[USER_HEADER];
  if (typeof user === 'string' && /^[\x21-\x7e]{1,100}$/.test(user)) return user;
  throw new ProblemError(400, 'User missing', { detail: `the header ${USER_HEADER} is missing`, field: USER_HEADER });
}
