/** Commands to the inventory, where the saga is orchestrated: the same work as on events, and a reply. */
import type { Event } from '../kit/event.ts';
import type { ConsumeOptions } from '../kit/kafka-consumer.ts';
import type { OutboxRelay } from '../kit/outbox-relay.ts';
import { nothing } from '../kit/reader.ts';
import { commandOf, commandTopic } from '../kit/request-reply.ts';
import { READERS, type ReleaseCause } from './events.ts';
import type { StockStore } from './store.ts';

const CAUSES: readonly ReleaseCause[] = ['payment_failed', 'shipment_refused', 'order_cancelled'];

/** What inventory takes from commands. That an order is completed it still hears as an event: nobody waits for that. */
export const COMMAND_READERS = {
  'stock.reserve': commandOf(READERS['order.placed']),
  'stock.release': commandOf((data) => ({ cause: data.oneOf('cause', CAUSES) })),
  'order.completed': nothing,
};

/** What inventory reads where it is commanded. */
export function commanded(
  store: StockStore,
  relay: OutboxRelay,
): Pick<ConsumeOptions, 'topics' | 'readers' | 'handlers'> {
  return {
    topics: [commandTopic('inventory'), 'order.events'],
    readers: COMMAND_READERS,
    handlers: {
      'stock.reserve': async (command: Parameters<StockStore['reserveCommanded']>[0]) =>
        relay.wake(await store.reserveCommanded(command)),
      'stock.release': async (command: Parameters<StockStore['releaseCommanded']>[0]) =>
        relay.wake(await store.releaseCommanded(command)),
      'order.completed': (event: Event) => store.commit(event),
    },
  };
}
