/**
 * Undoing at the provider: refunds of what was charged in vain, and voids of charges whose answer never came. Each is a
 * row that stays open until the provider has acknowledged it; this worker tries the open ones again and again, through
 * the same breaker as the charges, behind which it always stands back.
 */
import { inContext } from '../kit/context.ts';
import { type Logger, reasonOf } from '../kit/log.ts';
import type { OutboxRow } from '../kit/outbox.ts';
import type { OutboxRelay } from '../kit/outbox-relay.ts';
import { backoffMs, pause } from '../kit/time.ts';
import type { Waiting } from './charge.ts';
import type { PspCall, PspClient } from './psp-client.ts';
import type { PaymentStore, Undo } from './store.ts';

export interface UndoWorker {
  /** Tells of undos that were just stored. */
  wake(undos: readonly Undo[]): void;
  stop(): Promise<void>;
}

export interface UndoOptions {
  readonly psp: PspClient;
  readonly store: PaymentStore;
  readonly relay: OutboxRelay;
  readonly waiting: Waiting;
  readonly log: Logger;
  /** Undoes what the provider has nothing to do with; no row where it has. */
  readonly ourselves?: (undo: Undo) => Promise<readonly OutboxRow[]>;
}

const SIDE_BY_SIDE = 4;
const BACKOFF = { firstMs: 50, mostMs: 500 };
/** How often the table is searched for open undos that nobody told of. */
const LOOK_EVERY_MS = 2_000;

/** Starts the worker; what an earlier life left open is tried first. */
export function startUndoWorker(options: UndoOptions): UndoWorker {
  const { psp, store, relay, waiting, log, ourselves } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const queue: Undo[] = [];
  const onHand = new Set<string>();
  let news = new AbortController();

  const wake = (undos: readonly Undo[]) => {
    if (undos.length === 0) return;
    for (const undo of undos) {
      if (onHand.has(nameOf(undo))) continue;
      onHand.add(nameOf(undo));
      queue.push(undo);
    }
    news.abort();
    news = new AbortController();
  };

  const work = async () => {
    while (!signal.aborted) {
      const undo = queue.shift();
      if (undo === undefined) {
        await pause(LOOK_EVERY_MS, AbortSignal.any([news.signal, signal]));
        continue;
      }
      await inContext({ traceparent: undo.traceparent, correlationId: undo.correlationId }, () => settle(undo));
      onHand.delete(nameOf(undo));
    }
  };

  const settle = async (undo: Undo) => {
    if (await isOurs(undo)) return;
    for (let tries = 0; !signal.aborted; tries++) {
      await psp.breaker.untilAdmitted(signal);
      // The one probe of a breaker that was open belongs to a charge, if one waits.
      const standBack = psp.breaker.state() !== 'closed' && waiting.charges > 0;
      if (!standBack && (await isDone(undo))) return;
      await pause(backoffMs(tries, BACKOFF), signal);
    }
  };

  const isOurs = async (undo: Undo) => {
    if (ourselves === undefined) return false;
    const rows = await ourselves(undo).catch((error: unknown) => {
      log.debug({ orderId: undo.orderId, reason: reasonOf(error) }, 'not looked at, trying at the provider');
      return [];
    });
    relay.wake(rows);
    return rows.length > 0;
  };

  const isDone = async (undo: Undo) => {
    try {
      const answer = await psp.attempt(callOf(undo));
      if (answer.status >= 300) throw new Error(`the ${undo.kind} was answered with ${answer.status}`);
      relay.wake(await store.undone(undo));
      return true;
    } catch (error) {
      log.debug({ orderId: undo.orderId, kind: undo.kind, reason: reasonOf(error) }, 'not undone, trying again');
      return false;
    }
  };

  const lookAgainAndAgain = async () => {
    while (!signal.aborted) {
      await store
        .openUndos()
        .then(wake, (error) => log.warn({ reason: reasonOf(error) }, 'open undos could not be read'));
      await pause(LOOK_EVERY_MS, signal);
    }
  };

  const workers = [lookAgainAndAgain(), ...Array.from({ length: SIDE_BY_SIDE }, work)];
  return {
    wake,
    async stop() {
      stopping.abort();
      await Promise.all(workers);
    },
  };
}

function nameOf({ orderId, kind }: Undo): string {
  return `${kind} ${orderId}`;
}

/** How the provider is asked for it. */
export function callOf({ kind, orderId, amount }: Pick<Undo, 'kind' | 'orderId' | 'amount'>): PspCall {
  const key = `${kind}-${orderId}`;
  if (kind === 'refund') return { path: '/refunds', orderId, key, body: { orderId, amount } };
  return { path: '/voids', orderId, key, body: { key: orderId } };
}
