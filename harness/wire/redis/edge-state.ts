/** What all Redis connections of one edge share: older replies that a rule gives again, and what could not be read. */
import type { WireRule } from '../../core/index.ts';

export interface EdgeState {
  /** The reply that was remembered for the rule and command; `reply` is remembered where there was none. */
  older(rule: WireRule, operation: string, reply: Buffer): Buffer | undefined;
  unread(why: string): void;
  readonly unreadCounts: Readonly<Record<string, number>>;
}

/** Replies remembered per rule, and the largest that is. */
const MOST_REPLIES = 1_000;
const MOST_BYTES = 64 * 1024;

export function createEdgeState(onFirstUnread: (why: string) => void): EdgeState {
  /** A rule that is armed again is another object: it begins with nothing. */
  const remembered = new WeakMap<WireRule, Map<string, Buffer>>();
  const unreadCounts: Record<string, number> = {};
  return {
    unreadCounts,
    older(rule, operation, reply) {
      const replies = remembered.get(rule) ?? new Map<string, Buffer>();
      remembered.set(rule, replies);
      const found = replies.get(operation);
      if (found === undefined && replies.size < MOST_REPLIES && reply.length <= MOST_BYTES) {
        replies.set(operation, Buffer.from(reply));
      }
      return found;
    },
    unread(why) {
      const before = unreadCounts[why] ?? 0;
      unreadCounts[why] = before + 1;
      if (before === 0) onFirstUnread(why);
    },
  };
}
