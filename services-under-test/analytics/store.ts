/** The analytics database: every statement here is one transaction. */
import type { Database, Statement } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { FIRST_TIME } from '../kit/inbox.ts';
import { hourOf } from './rules.ts';

/** Inbox and count in one: an event that comes twice is counted once. */
const COUNT: Statement = {
  name: 'analytics-count',
  text: `with ${FIRST_TIME}
  insert into counts (type, hour, count, amount)
  select $2, $3::bigint, 1, $4::bigint from first_time
  on conflict (type, hour) do update set count = counts.count + 1, amount = counts.amount + excluded.amount`,
};

const TOTALS: Statement = {
  name: 'analytics-totals',
  text: 'select type, sum(count)::bigint as count, sum(amount)::bigint as amount from counts where hour >= $1::bigint group by type order by type',
};

export interface Total {
  readonly type: string;
  readonly count: number;
  /** Money that moved, in cents; 0 where none does. */
  readonly amount: number;
}

export interface CountStore {
  count(event: Event<{ readonly amount?: number }>): Promise<void>;
  /** Since a moment (epoch ms), by whole hours. */
  totals(since: number): Promise<Total[]>;
}

export function createCountStore(database: Database): CountStore {
  return {
    count: async ({ eventId, type, at, data }) =>
      void (await database.run(COUNT, [eventId, type, hourOf(at), data.amount ?? 0])),
    totals: (since) => database.run<Total>(TOTALS, [hourOf(since)]),
  };
}
