/** The inventory service: sets stock aside when an order is placed, and sells or releases it when the order ends. */
import { openDatabase } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { createServer, listen } from '../kit/http-server.ts';
import { createPublisher } from '../kit/kafka.ts';
import { consume } from '../kit/kafka-consumer.ts';
import { createLog } from '../kit/log.ts';
import { startRelay } from '../kit/outbox-relay.ts';
import { numberSetting, optionalSetting, setting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { type OrderPlaced, READERS, READS } from './events.ts';
import { addRoutes } from './routes.ts';
import { causeOf } from './rules.ts';
import { createStockStore } from './store.ts';

const service = 'inventory';
const log = createLog(service);
const broker = { brokers: setting('KAFKA_BROKERS'), service, log };

const publisher = createPublisher(broker);
const orchestrated = setting('SAGA', 'choreographed') === 'orchestrated';
const database = await openDatabase({
  url: setting('DATABASE_URL'),
  schema: [
    new URL('../kit/messages.sql', import.meta.url),
    new URL('schema.sql', import.meta.url),
    ...(orchestrated ? [new URL('../kit/replies.sql', import.meta.url)] : []),
  ],
  log,
});
const store = createStockStore(database);
await store.seed(setting('PRODUCTS_FILE'));
const relay = startRelay({ database, publisher, log });

const release = async (event: Event) => relay.wake(await store.release(event, causeOf(event.type)));
const onEvents = {
  topics: READS,
  readers: READERS,
  handlers: {
    'order.placed': async (event: Event<OrderPlaced>) => relay.wake(await store.reserve(event)),
    'order.completed': store.commit,
    'payment.failed': release,
    'payment.refunded': release,
  },
};
const reads = orchestrated ? (await import('./commands.ts')).commanded(store, relay) : onEvents;
const grpcPort = optionalSetting('GRPC_PORT');
const counts = grpcPort ? (await import('./counts.ts')).openCounts(store, log) : undefined;
const consumption = consume({ ...broker, group: 'inventory', ...reads });

const server = createServer({ log, ready: { database: database.ready, events: consumption.joined } });
addRoutes(server, store);
await listen(server, numberSetting('PORT'));
await counts?.serve(Number(grpcPort));
log.info('listening');

shutDownWith(log, [
  () => server.close(),
  async () => counts?.close(),
  consumption.stop,
  relay.stop,
  publisher.close,
  database.close,
]);
