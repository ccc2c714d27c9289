/** Passwords of database roles: made from the lab's token, so that nothing has to be kept. */
import { createHmac } from 'node:crypto';

/** The password of one role in one lab. */
export function passwordOf(token: string, role: string): string {
  return createHmac('sha256', token).update(role).digest('hex').slice(0, 32);
}

/** The superuser of every store. */
export const SUPERUSER = 'postgres';
