/** The shipping service: gives paid orders to the carrier and tells whether it took them. */
import { openDatabase } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { createHttpClient } from '../kit/http-client.ts';
import { createServer, listen } from '../kit/http-server.ts';
import { createPublisher } from '../kit/kafka.ts';
import { consume } from '../kit/kafka-consumer.ts';
import { createLog } from '../kit/log.ts';
import { startRelay } from '../kit/outbox-relay.ts';
import type { Command } from '../kit/request-reply.ts';
import { numberSetting, optionalSetting, setting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { ship } from './carrier-client.ts';
import { COMMAND_READERS, COMMANDS } from './commands.ts';
import { type PaymentCharged, READERS, READS } from './events.ts';
import { addRoutes } from './routes.ts';
import type { Verdict } from './rules.ts';
import { createShipmentStore } from './store.ts';

const service = 'shipping';
const log = createLog(service);
const broker = { brokers: setting('KAFKA_BROKERS'), service, log };

const publisher = createPublisher(broker);
const carrier = createHttpClient(setting('CARRIER_URL'));
const orchestrated = setting('SAGA', 'choreographed') === 'orchestrated';
const tracks = optionalSetting('TRACKING') === 'on';
const database = await openDatabase({
  url: setting('DATABASE_URL'),
  schema: [
    new URL('../kit/messages.sql', import.meta.url),
    new URL('schema.sql', import.meta.url),
    ...(orchestrated ? [new URL('../kit/replies.sql', import.meta.url)] : []),
    ...(tracks ? [new URL('tracking.sql', import.meta.url)] : []),
  ],
  log,
});
const store = createShipmentStore(database);
const relay = startRelay({ database, publisher, log });
const stopping = new AbortController();

/**
 * The carrier is asked before anything is stored: after a crash in between it is asked again and answers the same. What is
 * decided stays decided: an event from the past must not find a carrier who has changed his mind about a cancelled order.
 */
const askCarrier = async ({ orderId, data }: Event<PaymentCharged>): Promise<Verdict> => {
  const decided = await store.decided(orderId);
  if (decided !== undefined) return decided;
  const parcel = { orderId, addressId: data.shippingAddressId, value: data.amount };
  return ship(carrier, parcel, log, stopping.signal);
};
const onEvents = {
  topics: READS,
  readers: READERS,
  handlers: {
    'payment.charged': async (event: Event<PaymentCharged>) =>
      relay.wake(await store.decide(event, await askCarrier(event))),
  },
};
const onCommands = {
  topics: [COMMANDS],
  readers: COMMAND_READERS,
  handlers: {
    'shipment.create': async (command: Event<PaymentCharged & Command>) =>
      relay.wake(await store.decideCommanded(command, await askCarrier(command))),
  },
};
const reads = orchestrated ? onCommands : onEvents;
const consumption = consume({ ...broker, group: 'shipping', sideBySide: 8, ...reads });

const server = createServer({ log, ready: { database: database.ready, events: consumption.joined } });
addRoutes(server, store);
if (tracks) (await import('./tracking.ts')).addTrackingRoute(server, { carrier, database, store, log });
await listen(server, numberSetting('PORT'));
log.info('listening');

shutDownWith(log, [
  () => server.close(),
  async () => stopping.abort(),
  consumption.stop,
  relay.stop,
  publisher.close,
  carrier.close,
  database.close,
]);
