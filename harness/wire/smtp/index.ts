/**
 * The wire's SMTP (RFC 5321): records each command, and each mail with the reply to its last line as one `DATA`; acts on one chosen command.
 * After STARTTLS the connection is opaque.
 */
import type { SessionFactory, WireEdge } from '../session.ts';
import { endsOf } from '../turns/ends.ts';
import { createTable } from '../turns/table.ts';
import { greeted, smtpManners } from './manners.ts';
import { createReplies } from './replies.ts';
import { createRequests } from './requests.ts';
import { newTalk } from './talk.ts';

/** How many connections of an edge became opaque, by reason. */
const unread = new WeakMap<WireEdge, Map<string, number>>();

export const smtpSession: SessionFactory = (context) => {
  const table = createTable(context, 'smtp', (why) => countUnread(context.edge, why));
  const talk = newTalk();
  const manners = smtpManners(table, talk);
  // The server speaks first: its greeting answers the connection.
  greeted(table, manners);
  return {
    ...endsOf(table),
    fromCaller: createRequests(table, manners, talk),
    fromCallee: createReplies(table, manners, talk),
  };
};

function countUnread(edge: WireEdge, why: string): void {
  const counts = unread.get(edge) ?? new Map<string, number>();
  unread.set(edge, counts);
  const before = counts.get(why) ?? 0;
  counts.set(why, before + 1);
  if (before === 0) process.stderr.write(`wire: ${edge.id}: an SMTP connection passes unread from here (${why})\n`);
}
