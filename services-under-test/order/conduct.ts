/** How orders come to their end, as set: by the events of the others (choreographed), or by a saga of our own (orchestrated). */
import { randomUUID } from 'node:crypto';
import type { Database } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import type { ConsumeOptions } from '../kit/kafka-consumer.ts';
import type { Logger } from '../kit/log.ts';
import type { OutboxRelay } from '../kit/outbox-relay.ts';
import { numberSetting, setting } from '../kit/settings.ts';
import { READERS, READS } from './events.ts';
import type { Rebuilder } from './rebuild.ts';
import { endingOf } from './rules.ts';
import { createOrderStore, type OrderStore } from './store.ts';

export interface Conduct {
  readonly store: OrderStore;
  /** What is read from the broker. */
  readonly reads: Pick<ConsumeOptions, 'topics' | 'readers' | 'handlers'>;
  /** Cancels an order, where somebody conducts; false when it is too late. */
  readonly cancel?: (orderId: string) => Promise<boolean>;
  /** Begins to watch over sagas, where somebody conducts; `isListening`: what it reads is read now. */
  readonly watch?: (isListening: () => boolean) => void;
  /** Where orders are event-sourced. */
  readonly rebuilder?: Rebuilder;
  stop(): Promise<void>;
}

export interface ConductParts {
  readonly database: Database;
  readonly relay: OutboxRelay;
  readonly log: Logger;
}

/** Facts from which a snapshot is taken anew. */
const SNAPSHOT_EVERY = 3;

const orchestrated = setting('SAGA', 'choreographed') === 'orchestrated';
const eventSourced = orchestrated || setting('ORDER_STORE', 'rows') === 'events';

/** Tables beyond those of orders kept as rows. */
export const MORE_SCHEMA = eventSourced ? [new URL('event-sourced.sql', import.meta.url)] : [];

/** Starts what was set: `SAGA=orchestrated`, or `ORDER_STORE=events` with a choreographed saga, or neither. */
export async function startConduct(parts: ConductParts): Promise<Conduct> {
  const { database } = parts;
  if (!eventSourced) return choreography(createOrderStore(database), parts);
  const { createEventStore } = await import('./event-store.ts');
  const options = { snapshotEvery: numberSetting('SNAPSHOT_EVERY', SNAPSHOT_EVERY), newId: randomUUID };
  const store = createEventStore(database, options);
  const rebuilder = (await import('./rebuild.ts')).createRebuilder(database);
  if (!orchestrated) return { ...choreography(store, parts), rebuilder };
  const { createOrchestrator } = await import('./orchestrator.ts');
  const { createSagaStore } = await import('./saga-store.ts');
  const { REPLIES, REPLY_READERS } = await import('./saga-commands.ts');
  const sagas = createSagaStore(database, options);
  const { take, cancel, watch, stop } = createOrchestrator({ ...parts, store: sagas });
  const handlers = Object.fromEntries(Object.keys(REPLY_READERS).map((type) => [type, take]));
  return {
    store: { ...store, place: sagas.place },
    reads: { topics: [REPLIES], readers: REPLY_READERS, handlers },
    cancel,
    rebuilder,
    watch,
    stop,
  };
}

/** Nobody conducts: whatever ends the saga ends the order. */
function choreography(store: OrderStore, { relay }: ConductParts): Conduct {
  const endOrder = async (event: Event<{ cause?: string; reason?: string }>) => {
    const ending = endingOf(event.type, event.data);
    if (ending !== undefined) relay.wake(await store.finish(event, ending));
  };
  const handlers = { 'stock.rejected': endOrder, 'stock.released': endOrder, 'shipment.created': endOrder };
  return { store, reads: { topics: READS, readers: READERS, handlers }, stop: async () => undefined };
}
