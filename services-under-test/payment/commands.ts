/** Commands to payment, where the saga is orchestrated: the same work as on events, and a reply. */
import type { Event } from '../kit/event.ts';
import type { ConsumeOptions } from '../kit/kafka-consumer.ts';
import type { OutboxRelay } from '../kit/outbox-relay.ts';
import { nothing } from '../kit/reader.ts';
import { type Command, commandOf, commandTopic } from '../kit/request-reply.ts';
import type { CommandedStore } from './commanded-store.ts';
import { READERS, type StockReserved } from './events.ts';
import type { UndoWorker } from './undo.ts';

export { createCommandedStore } from './commanded-store.ts';

/** Tables beyond those that events need. */
export const SCHEMA = [new URL('../kit/replies.sql', import.meta.url), new URL('commanded.sql', import.meta.url)];

/** What payment takes from commands. */
export const COMMAND_READERS = {
  'payment.charge': commandOf(READERS['stock.reserved']),
  'payment.refund': commandOf(nothing),
  'payment.void': commandOf(nothing),
};

export interface Commanded {
  readonly store: CommandedStore;
  readonly relay: OutboxRelay;
  readonly undoWorker: UndoWorker;
  /** The work of a charge, the same as on the event; true when it was done now, and not before. */
  readonly chargeOrder: (event: Event<StockReserved & Command>) => Promise<true | undefined>;
}

/** What payment reads where it is commanded. A charge that was done before, or voided before it came, is not done again. */
export function commanded(parts: Commanded): Pick<ConsumeOptions, 'topics' | 'readers' | 'handlers'> {
  const { store, relay, undoWorker, chargeOrder } = parts;
  const undo = (ask: CommandedStore['refund']) => async (command: Event<Command>) => {
    const { replies, undos } = await ask(command);
    relay.wake(replies);
    undoWorker.wake(undos);
  };
  return {
    topics: [commandTopic('payment')],
    readers: COMMAND_READERS,
    handlers: {
      'payment.charge': async (command: Event<StockReserved & Command>) => {
        if (!(await chargeOrder(command))) relay.wake(await store.repeated(command));
      },
      'payment.refund': undo(store.refund),
      'payment.void': undo(store.void),
    },
  };
}
