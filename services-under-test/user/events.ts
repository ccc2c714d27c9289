/** Events of the user service, on `user.events`; it reads none. Their key is the user id. */
import type { Preferences } from './rules.ts';

export const USER_TOPIC = 'user.events';

/** `user.created`, and `user.changed` after a change of profile or preferences: who it is, as a whole. */
export interface UserTold {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly phone?: string;
  readonly preferences: Preferences;
}
