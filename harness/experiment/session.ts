/** What experiments run in: an attached lab, its records as they come, its state, and the folder results go to. */
import { type Lab, systemClock } from '../core/index.ts';
import { type FeedOptions, openFeed, type RecordFeed } from './feed.ts';
import { sharedReading } from './shared-reading.ts';
import { type StateReader, stateReader } from './state.ts';

export interface Session {
  readonly lab: Lab;
  readonly feed: RecordFeed;
  readonly reader: StateReader;
  /** Consumer lag, as the wire sees it. */
  readonly offsets: () => ReturnType<Lab['wire']['offsets']>;
  /** Folder of the run; histories go to `history/` in it. */
  readonly runFolder: string;
  readonly seed: number;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly lab: Lab;
  readonly runFolder: string;
  readonly seed: number;
  /** What is kept of the records; default: all. */
  readonly feed?: FeedOptions;
}

/** Rows of the ledger a little older than the session are its own: clocks of database and harness need not agree to the ms. */
const SLACK_MS = 50;

export async function openSession({ lab, runFolder, seed, feed: feedOptions }: SessionOptions): Promise<Session> {
  const startedAt = systemClock.now() - SLACK_MS;
  const feed = await openFeed(lab, feedOptions);
  return {
    lab,
    feed,
    reader: stateReader(lab, startedAt),
    offsets: sharedReading(() => lab.wire.offsets()),
    runFolder,
    seed,
    async close() {
      await feed.close();
      await lab.detach();
    },
  };
}
