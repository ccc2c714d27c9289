/** Drives the sagas: a reply, a time-out or the customer's wish to cancel is a turn, and each turn is stored before anybody hears of it. */
import { inContext } from '../kit/context.ts';
import type { Event } from '../kit/event.ts';
import { type Logger, reasonOf } from '../kit/log.ts';
import type { OutboxRelay } from '../kit/outbox-relay.ts';
import { nowMs, pause } from '../kit/time.ts';
import { onCancel, onReply, onTimeout, type Turn } from './saga.ts';
import type { SagaReply } from './saga-commands.ts';
import type { LoadedSaga, SagaStore } from './saga-store.ts';

/** How often it is looked for sagas that have waited long enough. */
const LOOK_EVERY_MS = 500;
/** After an absence of its own the conductor first reads the replies that came meanwhile: so long it blames nobody. */
const CATCH_UP_MS = 1_500;

export interface Orchestrator {
  /** The handler of every reply. */
  readonly take: (reply: Event<SagaReply>) => Promise<void>;
  /** Cancels an order; false when it is too late for that. */
  cancel(orderId: string): Promise<boolean>;
  /** Begins to look for sagas that wait too long, while replies are read (`isListening`). */
  watch(isListening: () => boolean): void;
  stop(): Promise<void>;
}

export interface OrchestratorOptions {
  readonly store: SagaStore;
  readonly relay: OutboxRelay;
  readonly log: Logger;
}

export function createOrchestrator({ store, relay, log }: OrchestratorOptions): Orchestrator {
  const stopping = new AbortController();
  const { signal } = stopping;

  /** Decides on the saga as it is now and stores that; again when it has moved meanwhile. False: there is nothing to decide. */
  const turn = async (orderId: string, decide: (saga: LoadedSaga) => Turn | undefined): Promise<boolean> => {
    for (;;) {
      const saga = await store.load(orderId);
      const decided = saga === undefined ? undefined : decide(saga);
      if (saga === undefined || decided === undefined) return false;
      const rows = await store.take(saga, decided);
      if (rows === undefined) continue;
      relay.wake(rows);
      if (saga.state.step !== decided.saga.step) log.info({ orderId, step: decided.saga.step }, 'the saga goes on');
      return true;
    }
  };

  const giveUpWaiting = async (orderId: string) => {
    const saga = await store.load(orderId);
    if (saga === undefined) return;
    const { traceparent, correlationId, state } = saga;
    await inContext({ traceparent, correlationId }, async () => {
      const waited = ({ dueAt }: LoadedSaga) => dueAt !== null && dueAt <= nowMs();
      const gaveUp = await turn(orderId, (now) => (waited(now) ? onTimeout(now.state) : undefined));
      if (gaveUp) log.warn({ orderId, step: state.step }, 'no reply in time');
    });
  };
  const lookAgainAndAgain = async (isListening: () => boolean) => {
    for (let deafUntil = nowMs(); !signal.aborted; ) {
      if (!isListening()) deafUntil = nowMs();
      try {
        if (nowMs() - deafUntil < CATCH_UP_MS) continue;
        for (const orderId of await store.due()) await giveUpWaiting(orderId);
      } catch (error) {
        log.warn({ reason: reasonOf(error) }, 'sagas that are due could not be read');
      } finally {
        await pause(LOOK_EVERY_MS, signal);
      }
    }
  };
  let lookout: Promise<void> | undefined;

  return {
    async take({ orderId, type, data }) {
      const taken = await turn(orderId, ({ requestId, state }) =>
        requestId === data.requestId ? onReply(state, type, data) : undefined,
      );
      if (!taken) log.info({ orderId, type, requestId: data.requestId }, 'a late reply is ignored');
    },
    cancel: (orderId) => turn(orderId, ({ state }) => onCancel(state)),
    watch(isListening) {
      lookout ??= lookAgainAndAgain(isListening);
    },
    async stop() {
      stopping.abort();
      await lookout;
    },
  };
}
