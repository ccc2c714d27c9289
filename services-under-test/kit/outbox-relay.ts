/**
 * The relay of the outbox: sends committed rows to the broker, in order, and deletes them once they are acknowledged.
 * What was not acknowledged is sent again after any crash, so each event reaches the broker at least once.
 * It is woken in process after each commit; a slow look at the table finds what nobody told of.
 */
import type { Database, Statement } from './database.ts';
import type { Publisher } from './kafka.ts';
import { type Logger, reasonOf } from './log.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { messageOf, type OutboxRow } from './outbox.ts';
import { backoffMs, nowMs, pause } from './time.ts';

export interface OutboxRelay {
  /** Tells of rows that were just committed: they leave at once. */
  wake(rows: readonly OutboxRow[]): void;
  /** Ends after the produce request under way; what is left stays in the table for the next life. */
  stop(): Promise<void>;
}

export interface RelayOptions {
  readonly database: Database;
  readonly publisher: Publisher;
  readonly log: Logger;
  /** How often the table is searched for rows nobody told of (the reply to their commit was lost). */
  readonly lookEveryMs?: number;
}

const MOST_ROWS = 500;
/** When much is sent, rows wait this long for others: a request costs more than the records in it. An order alone never waits. */
const GATHER_MS = 6;
/** Much is sent when rows of so many other orders left within the last moment. */
const BUSY = { orders: 3, withinMs: 50 } as const;
/** Rows younger than this are left to `wake`. */
const LEFT_OVER_AFTER_MS = 1_000;
/** Acknowledged rows are deleted together: once nothing was acknowledged for a while, at the latest after so long. */
const DELETE_QUIET_MS = 30;
const DELETE_LATEST_MS = 300;

const LEFT_OVER: Statement = {
  name: 'outbox-left-over',
  text: `select * from outbox
    where at <= (extract(epoch from clock_timestamp()) * 1000)::bigint - $1::bigint
    order by id limit ${MOST_ROWS}`,
};
const SENT: Statement = { name: 'outbox-sent', text: 'delete from outbox where id = any($1::bigint[])' };

/** Starts the relay; rows left over from an earlier life leave first. */
export function startRelay({ database, publisher, log, lookEveryMs = 1_000 }: RelayOptions): OutboxRelay {
  const stopping = new AbortController();
  const { signal } = stopping;
  const queue: OutboxRow[] = [];
  /** Every row from the moment it is known here until it is deleted: a row that is found twice is not sent twice. */
  const onHand = new Set<number>();
  let acknowledged: number[] = [];
  let looking: Promise<void> | undefined;
  /** Orders whose rows left last, the latest at the end, and when that was. */
  const left = new Map<string, number>();

  const isBusy = () => {
    for (const [key, at] of left) if (nowMs() - at > BUSY.withinMs) left.delete(key);
    const ours = new Set(queue.map(({ key }) => key));
    return [...left.keys()].filter((key) => !ours.has(key)).length >= BUSY.orders;
  };
  const wake = (rows: readonly OutboxRow[]) => {
    for (const row of rows) {
      if (onHand.has(row.id)) continue;
      onHand.add(row.id);
      queue.push(row);
    }
    sending.wake();
  };

  let triesToSend = 0;
  const send = async () => {
    if (isBusy()) await pause(GATHER_MS, signal);
    const rows = queue.slice(0, MOST_ROWS);
    try {
      await publisher.publish(rows.map(messageOf));
      queue.splice(0, rows.length);
      acknowledged.push(...rows.map((row) => row.id));
      deleting.wake();
      triesToSend = 0;
      for (const { key } of rows) {
        left.delete(key);
        left.set(key, nowMs());
      }
    } catch (error) {
      log.warn({ reason: reasonOf(error), rows: rows.length }, 'the broker took no events, trying again');
      await pause(backoffMs(triesToSend++, { firstMs: 50, mostMs: 500 }), signal);
    }
  };
  // One produce request is under way at a time: that keeps the order, and what comes meanwhile leaves together.
  const sending = oneAtATime(() => queue.length > 0 && !signal.aborted, send);

  let triesToDelete = 0;
  let isGivenUp = false;
  const removeAcknowledged = async () => {
    for (let before = 0, waitedMs = 0; before < acknowledged.length && waitedMs < DELETE_LATEST_MS; ) {
      before = acknowledged.length;
      await pause(DELETE_QUIET_MS, signal);
      waitedMs += DELETE_QUIET_MS;
    }
    const ids = acknowledged;
    acknowledged = [];
    try {
      await database.run(SENT, [ids]);
      await looking; // A look that began before the deletion still sees these rows: it must find them on hand.
      for (const id of ids) onHand.delete(id);
      triesToDelete = 0;
    } catch (error) {
      acknowledged = [...ids, ...acknowledged];
      isGivenUp = signal.aborted;
      if (isGivenUp) return;
      log.warn({ reason: reasonOf(error) }, 'sent events could not be removed from the outbox, trying again');
      await pause(backoffMs(triesToDelete++, { firstMs: 50, mostMs: 500 }), signal);
    }
  };
  const deleting = oneAtATime(() => acknowledged.length > 0 && !isGivenUp, removeAcknowledged);

  const lookAgainAndAgain = async () => {
    for (let youngestMs = 0; !signal.aborted; ) {
      looking = database
        .run<OutboxRow>(LEFT_OVER, [youngestMs])
        .then((rows) => {
          wake(rows);
          youngestMs = LEFT_OVER_AFTER_MS;
        })
        .catch((error) => log.warn({ reason: reasonOf(error) }, 'the outbox could not be read'));
      await looking;
      looking = undefined;
      await pause(lookEveryMs, signal);
    }
  };

  const lookout = lookAgainAndAgain();
  return {
    wake,
    async stop() {
      stopping.abort();
      await Promise.all([sending.idle(), lookout]);
      await deleting.idle();
    },
  };
}
