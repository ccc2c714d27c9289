/**
 * Idempotent consumer: every message comes at least once, its effect happens once.
 * The id of the event goes into the `inbox` table in the same statement as the effect, so either both are there or none.
 */

/**
 * First part of every statement that consumes an event, whose id is `$1`: one row when the event is new, none when its
 * effect is already here. The rest of the statement does its work only `where exists (select from first_time)`.
 * A twin that runs at the same moment waits here until the other has committed, and then finds nothing to do.
 */
export const FIRST_TIME = `first_time as (
  insert into inbox (event_id) values ($1)
  on conflict (event_id) do nothing
  returning event_id
)`;

/** The same for many: the events of the table `events` with its column `event_id`; each that is new leaves a row. */
export const FIRST_TIMES = `first_time as (
  insert into inbox (event_id) select event_id from events order by event_id
  on conflict (event_id) do nothing
  returning event_id
)`;
