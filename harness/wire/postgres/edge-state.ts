/** What all Postgres connections of one edge share: names of statements, and what could not be read. */
import { createNaming, type Naming } from './naming.ts';

export interface EdgeState {
  readonly naming: Naming;
  /** A connection passes unread from here. */
  unread(why: string): void;
  /** How many connections became opaque, by reason. */
  readonly unreadCounts: Readonly<Record<string, number>>;
}

export function createEdgeState(onFirstUnread: (why: string) => void): EdgeState {
  const unreadCounts: Record<string, number> = {};
  return {
    naming: createNaming(),
    unreadCounts,
    unread(why) {
      const before = unreadCounts[why] ?? 0;
      unreadCounts[why] = before + 1;
      if (before === 0) onFirstUnread(why);
    },
  };
}
