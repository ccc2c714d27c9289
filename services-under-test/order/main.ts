/** The order service: takes orders, starts the saga, and ends it when the others have done (or undone) their part. */
import { openDatabase } from '../kit/database.ts';
import { createServer, listen } from '../kit/http-server.ts';
import { createPublisher } from '../kit/kafka.ts';
import { consume } from '../kit/kafka-consumer.ts';
import { createLog } from '../kit/log.ts';
import { startRelay } from '../kit/outbox-relay.ts';
import { numberSetting, optionalSetting, setting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { createCartStore } from './cart-store.ts';
import { MORE_SCHEMA, startConduct } from './conduct.ts';
import { createPlacing } from './placing.ts';
import { addRoutes } from './routes.ts';

const service = 'order';
const log = createLog(service);
const broker = { brokers: setting('KAFKA_BROKERS'), service, log };

const publisher = createPublisher(broker);
const database = await openDatabase({
  url: setting('DATABASE_URL'),
  schema: [
    new URL('../kit/messages.sql', import.meta.url),
    ...['schema.sql', 'cart.sql'].map((file) => new URL(file, import.meta.url)),
    ...MORE_SCHEMA,
  ],
  log,
});
const relay = startRelay({ database, publisher, log });
const conduct = await startConduct({ database, relay, log });
const consumption = consume({ ...broker, group: 'order', ...conduct.reads });
conduct.watch?.(consumption.joined);

const inventory = optionalSetting('INVENTORY_GRPC');
const stock = inventory ? (await import('./stock-check.ts')).createStockCheck(inventory, log) : undefined;

const catalog = optionalSetting('CATALOG_GRPC');
const prices = catalog ? (await import('./price-list.ts')).createPriceList(catalog, log) : undefined;
const placing = createPlacing({ store: conduct.store, relay, log, ...(stock && { stock }), ...(prices && { prices }) });

const server = createServer({ log, ready: { database: database.ready, events: consumption.joined } });
addRoutes(server, { ...conduct, placing, log });
if (prices)
  (await import('./cart-routes.ts')).addCartRoutes(server, { carts: createCartStore(database), prices, placing, log });
await listen(server, numberSetting('PORT'));
log.info('listening');

shutDownWith(log, [
  () => server.close(),
  async () => stock?.close(),
  async () => prices?.close(),
  consumption.stop,
  conduct.stop,
  relay.stop,
  publisher.close,
  database.close,
]);
