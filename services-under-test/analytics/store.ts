/** The analytics database: every statement here is one transaction. */
import type { Database, Statement } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { FIRST_TIMES } from '../kit/inbox.ts';
import { together } from '../kit/together.ts';
import { hourOf } from './rules.ts';

/** Inbox and counts in one: an event that comes twice is counted once. `$1`: JSON text, one object an event. */
const COUNT: Statement = {
  name: 'analytics-count',
  text: `with events as (
    select * from jsonb_to_recordset($1::jsonb) as event (event_id uuid, type text, hour bigint, amount bigint)
  ), ${FIRST_TIMES}
  insert into counts (type, hour, count, amount)
  select type, hour, count(*), sum(amount) from events join first_time using (event_id) group by type, hour order by type, hour
  on conflict (type, hour) do update set count = counts.count + excluded.count, amount = counts.amount + excluded.amount`,
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

type Counted = Event<{ readonly amount?: number }>;

export interface CountStore {
  count(event: Counted): Promise<void>;
  /** Since a moment (epoch ms), by whole hours. */
  totals(since: number): Promise<Total[]>;
}

export function createCountStore(database: Database): CountStore {
  return {
    count: together<Counted>({
      keyOf: ({ eventId }) => eventId,
      work: async (events) => void (await database.run(COUNT, [JSON.stringify(events.map(rowOf))])),
    }),
    totals: (since) => database.run<Total>(TOTALS, [hourOf(since)]),
  };
}

function rowOf({ eventId, type, at, data }: Counted) {
  return { event_id: eventId, type, hour: hourOf(at), amount: data.amount ?? 0 };
}
