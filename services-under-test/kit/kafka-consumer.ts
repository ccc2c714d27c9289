/**
 * Reading events: each is handed to its handler at least once. An offset is resolved when the handler is done, and
 * committed soon after (`offset-commits.ts`); a handler that fails is tried again until it succeeds or the
 * process ends. Events of one order stay in order; different orders are handled side by side, up to a bound.
 * Where dead letters are on (`DEAD_LETTERS=on`), what trying again cannot mend is put aside (`dead-letters.ts`).
 */
import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { inContext, receivedContext } from './context.ts';
import { createDeadLetterBox, type DeadLetterBox } from './dead-letter-box.ts';
import { isHopeless, ONLY_FOR } from './dead-letters.ts';
import { EVENT_HEADERS, type Event } from './event.ts';
import { createFetchRounds } from './fetch-rounds.ts';
import { type BrokerOptions, kafkaClient, RETRY } from './kafka.ts';
import { reasonOf } from './log.ts';
import { createOffsetCommits } from './offset-commits.ts';
import { createProgress, type Place, type Progress } from './progress.ts';
import { type Readers, readEvent } from './reader.ts';
import { backoffMs, pause } from './time.ts';
import { beginSpan } from './tracing.ts';

/** Handlers by event type. A type without handler is not for this service. */
export type Handlers = Readonly<Record<string, (event: never) => Promise<void>>>;

export interface ConsumeOptions extends BrokerOptions {
  readonly group: string;
  readonly topics: readonly string[];
  readonly handlers: Handlers;
  /** What is taken from an event, by the same types. */
  readonly readers: Readers;
  /** How many orders of one partition are handled side by side. */
  readonly sideBySide?: number;
  /** Pause before what was fetched is handled, in ms, for work that nobody waits for. Default: as `fetch-rounds.ts` decides. */
  readonly gatherMs?: number;
}

export interface Consumption {
  /** True while this process is a member of its group. */
  joined(): boolean;
  /** Stops fetching; what was fetched is still handled. */
  pause(): void;
  resume(): void;
  /** Records that are on the broker and not handled yet, as far as fetches have told. */
  behind(): number;
  /** Leaves the group, does `between`, and joins again; who asks meanwhile waits for the same. */
  restart(between: () => Promise<void>): Promise<void>;
  /** Finishes what is being handled, commits it, and leaves the group. */
  stop(): Promise<void>;
}

/** A message that fails so often, and in a way that trying again cannot mend, is put aside. */
const HOPELESS_TRIES = 3;

/** Joins the group and reads until stopped. */
export function consume(options: ConsumeOptions): Consumption {
  const { log, group } = options;
  const topics = options.topics.map((topic) => ({ topic }));
  const stopping = new AbortController();
  const box = createDeadLetterBox(options);
  const progress = createProgress();
  const rounds = createFetchRounds(stopping.signal, options.gatherMs);
  let consumer: Consumer;
  let endCommits = async () => {};
  let joined = false;
  let away = false;
  let starting: Promise<void> = Promise.resolve();

  const start = () => {
    if (stopping.signal.aborted || away) return;
    consumer = kafkaClient(options, group).consumer({
      groupId: group,
      // After a crash the next life waits this long for the partitions of the one before.
      sessionTimeout: 2_000,
      rebalanceTimeout: 6_000,
      heartbeatInterval: 300,
      maxWaitTimeInMs: 300,
      allowAutoTopicCreation: false,
      retry: RETRY,
    });
    consumer.on('consumer.group_join', () => {
      joined = true;
    });
    consumer.on('consumer.crash', ({ payload }) => {
      joined = false;
      log.warn({ group, reason: reasonOf(payload.error), restart: payload.restart }, 'the consumer fell over');
      if (payload.restart) return;
      void endCommits();
      setTimeout(start, 200);
    });
    starting = run(consumer).catch((error) => {
      log.warn({ group, reason: reasonOf(error) }, 'the consumer could not start, trying again');
      setTimeout(start, 200);
    });
  };
  const run = async (one: Consumer) => {
    const commits = createOffsetCommits(one, group, log);
    one.on('consumer.group_join', commits.reset);
    endCommits = commits.end;
    await one.connect();
    await one.subscribe({ topics: [...options.topics], fromBeginning: true });
    await one.run({
      partitionsConsumedConcurrently: 12,
      eachBatchAutoResolve: false,
      // We commit ourselves: a refused commit then leads back to the last one that was stored.
      autoCommit: false,
      eachBatch: (payload) => {
        const { messages } = payload.batch;
        const forUs = messages.some((message) => handlerOf(message, options) !== undefined);
        commits.begun(payload);
        return rounds.run({ messages: messages.length, forUs }, () =>
          handleBatch(payload, { ...options, box, progress }, stopping.signal).finally(() => commits.handled(payload)),
        );
      },
    });
  };
  start();
  const restart = async (between: () => Promise<void>) => {
    // One that is left while it joins would go on joining.
    await starting;
    away = true;
    joined = false;
    await endCommits();
    await consumer.disconnect();
    progress.clear();
    await between().finally(() => {
      away = false;
      start();
    });
  };
  let restarting: Promise<void> | undefined;

  return {
    joined: () => joined,
    pause: () => joined && consumer.pause(topics),
    resume: () => joined && consumer.resume(topics),
    behind: progress.behind,
    restart(between) {
      restarting ??= restart(between).finally(() => {
        restarting = undefined;
      });
      return restarting;
    },
    async stop() {
      stopping.abort();
      joined = false;
      await rounds.idle();
      await endCommits();
      await consumer.disconnect();
      await box?.close();
    },
  };
}

/** What the handling of a batch needs beside what was asked for. */
interface Handling extends ConsumeOptions {
  readonly box: DeadLetterBox | undefined;
  readonly progress: Progress;
}

/** Handles the messages of a batch: one lane per order, so many lanes at a time, offsets resolved without gaps. */
async function handleBatch(payload: EachBatchPayload, options: Handling, stopping: AbortSignal): Promise<void> {
  const { batch, resolveOffset, heartbeat, isRunning, isStale } = payload;
  const done = new Array<boolean>(batch.messages.length).fill(false);
  let halted = false;
  let resolved = 0;
  let failure: unknown;
  options.progress.fetched(batch, batch.messages[0]?.offset, batch.highWatermark);

  // A long batch must not look like a dead member. When the group moves on without us, no further message is begun.
  const beat = setInterval(() => {
    heartbeat().catch((error: unknown) => {
      failure ??= error;
      halted = true;
    });
  }, 300);
  const mayGoOn = () => isRunning() && !isStale() && !halted && !stopping.aborted;
  const lanes = lanesOf(batch.messages).values();
  const work = async () => {
    for (const lane of lanes) {
      for (const index of lane) {
        const message = batch.messages[index];
        if (message === undefined || !mayGoOn()) return;
        if (!(await handle(message, batch, options, mayGoOn))) return;
        done[index] = true;
        for (; done[resolved]; resolved++) resolveOffset(batch.messages[resolved]?.offset ?? '');
        if (resolved > 0) options.progress.handled(batch, batch.messages[resolved - 1]?.offset ?? '');
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: options.sideBySide ?? 4 }, work));
  } finally {
    clearInterval(beat);
  }
  if (failure !== undefined) throw failure;
}

/** Indexes of the messages by key, each lane in the order of arrival. */
function lanesOf(messages: readonly KafkaMessage[]): number[][] {
  const lanes = new Map<string, number[]>();
  for (const [index, message] of messages.entries()) {
    const key = message.key?.toString() ?? '';
    const lane = lanes.get(key);
    if (lane === undefined) lanes.set(key, [index]);
    else lane.push(index);
  }
  return [...lanes.values()];
}

function handlerOf({ headers }: KafkaMessage, { handlers }: ConsumeOptions) {
  return handlers[headers?.[EVENT_HEADERS.type]?.toString() ?? ''];
}

/** One message through its handler; false when the process ends (or the group moves on) before that succeeded. */
async function handle(
  message: KafkaMessage,
  place: Place,
  options: Handling,
  mayGoOn: () => boolean,
): Promise<boolean> {
  const header = (name: string) => message.headers?.[name]?.toString();
  const onlyFor = header(ONLY_FOR);
  if (onlyFor !== undefined && onlyFor !== options.group) return true;
  const type = header(EVENT_HEADERS.type) ?? '';
  const handler = handlerOf(message, options);
  if (handler === undefined) return true;
  const context = receivedContext(header(EVENT_HEADERS.traceparent), header(EVENT_HEADERS.correlationId));
  const end = beginSpan({
    ...{ traceparent: context.traceparent, parent: header(EVENT_HEADERS.traceparent) },
    ...{ name: `${place.topic} ${type}`, kind: 'consumer' },
  });
  const done = await inContext(context, async () => {
    let event: Event;
    try {
      event = readEvent(type, message.value, options.readers);
    } catch (error) {
      const about = { type, topic: place.topic, offset: message.offset, reason: reasonOf(error) };
      options.log.error(about, 'an event cannot be read and is passed over');
      return options.box === undefined || options.box.putAside(message, place, error, 1, mayGoOn);
    }
    for (let tries = 0; mayGoOn(); tries++) {
      try {
        await handler(event as never);
        options.log.info({ type: event.type, orderId: event.orderId }, 'handled');
        return true;
      } catch (error) {
        options.log.warn(
          { type: event.type, orderId: event.orderId, reason: reasonOf(error) },
          'not handled, trying again',
        );
        if (options.box !== undefined && tries + 1 >= HOPELESS_TRIES && isHopeless(error)) {
          return options.box.putAside(message, place, error, tries + 1, mayGoOn);
        }
        await pause(backoffMs(tries, { firstMs: 50, mostMs: 500 }));
      }
    }
    return false;
  });
  end({ failed: !done, attributes: { 'messaging.destination.name': place.topic } });
  return done;
}
