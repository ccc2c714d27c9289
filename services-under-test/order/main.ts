/** The order service: takes orders, starts the saga, and ends it when the others have done (or undone) their part. */
import { openDatabase } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { createServer, listen } from '../kit/http-server.ts';
import { createPublisher } from '../kit/kafka.ts';
import { consume } from '../kit/kafka-consumer.ts';
import { createLog } from '../kit/log.ts';
import { startRelay } from '../kit/outbox-relay.ts';
import { numberSetting, setting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { READERS, READS } from './events.ts';
import { addRoutes } from './routes.ts';
import { endingOf } from './rules.ts';
import { createOrderStore } from './store.ts';

const service = 'order';
const log = createLog(service);
const broker = { brokers: setting('KAFKA_BROKERS'), service, log };

const publisher = createPublisher(broker);
const database = await openDatabase({
  url: setting('DATABASE_URL'),
  schema: [new URL('../kit/messages.sql', import.meta.url), new URL('schema.sql', import.meta.url)],
  log,
});
const store = createOrderStore(database);
const relay = startRelay({ database, publisher, log });

/** Whatever ends the saga ends the order. */
const endOrder = async (event: Event<{ cause?: string; reason?: string }>) => {
  const ending = endingOf(event.type, event.data);
  if (ending !== undefined) relay.wake(await store.finish(event, ending));
};
const consumption = consume({
  ...broker,
  group: 'order',
  topics: READS,
  readers: READERS,
  handlers: { 'stock.rejected': endOrder, 'stock.released': endOrder, 'shipment.created': endOrder },
});

const server = createServer({ log, ready: { database: database.ready, events: consumption.joined } });
addRoutes(server, { store, relay, log });
await listen(server, numberSetting('PORT'));
log.info('listening');

shutDownWith(log, [() => server.close(), consumption.stop, relay.stop, publisher.close, database.close]);
