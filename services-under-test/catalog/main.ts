/** The catalog service: products, categories and prices, a cache in front of them, and an index to search in. */
import { openDatabase } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { serveGrpc } from '../kit/grpc-server.ts';
import { createServer, listen } from '../kit/http-server.ts';
import { createPublisher } from '../kit/kafka.ts';
import { consume, type Handlers } from '../kit/kafka-consumer.ts';
import { createLog } from '../kit/log.ts';
import { startRelay } from '../kit/outbox-relay.ts';
import { openRedis } from '../kit/redis.ts';
import { numberSetting, setting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { READERS, READS } from './events.ts';
import { catalogOverGrpc } from './grpc.ts';
import { createProductCache } from './product-cache.ts';
import { addRoutes } from './routes.ts';
import type { Product } from './rules.ts';
import { createSearchIndex } from './search.ts';
import { createProductStore } from './store.ts';

const service = 'catalog';
const log = createLog(service);
const broker = { brokers: setting('KAFKA_BROKERS'), service, log };

const publisher = createPublisher(broker);
const redis = openRedis({ url: setting('REDIS_URL'), edge: 'catalog->redis', log });
const database = await openDatabase({
  url: setting('DATABASE_URL'),
  schema: [new URL('../kit/messages.sql', import.meta.url), new URL('schema.sql', import.meta.url)],
  log,
});
const store = createProductStore(database);
await store.seed(setting('PRODUCTS_FILE'));
const search = createSearchIndex(database);
await search.rebuild();
const relay = startRelay({ database, publisher, log });
const cache = createProductCache({
  redis,
  load: store.find,
  keepMs: numberSetting('CACHE_KEEP_SECONDS', 60) * 1_000,
});

// Two readers of the same events: what the one waits for (Redis is away) does not keep the other back.
const reading = (group: string, handler: (product: Product) => Promise<void>) => {
  const handlers: Handlers = { 'product.updated': ({ data }: Event<Product>) => handler(data) };
  return consume({ ...broker, group, topics: READS, readers: READERS, handlers });
};
const indexing = reading('catalog-search', search.take);
const outdating = reading('catalog-cache', ({ productId, version }) => cache.outdate(productId, version));

const ready = { database: database.ready, index: indexing.joined, outdating: outdating.joined };
const server = createServer({ log, ready });
addRoutes(server, { store, cache, search, relay, log });
const grpc = await serveGrpc(numberSetting('GRPC_PORT'), catalogOverGrpc(store, log));
await listen(server, numberSetting('PORT'));
log.info('listening');

shutDownWith(log, [
  () => server.close(),
  grpc.close,
  indexing.stop,
  outdating.stop,
  relay.stop,
  publisher.close,
  redis.close,
  database.close,
]);
