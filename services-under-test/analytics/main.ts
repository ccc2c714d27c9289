/** Analytics: counts what happens in the shop. It may lag, and nobody notices when it is away. */
import { openDatabase } from '../kit/database.ts';
import { createServer, listen } from '../kit/http-server.ts';
import { consume } from '../kit/kafka-consumer.ts';
import { createLog } from '../kit/log.ts';
import { numberSetting, setting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { READERS, READS } from './events.ts';
import { addRoutes } from './routes.ts';
import { createCountStore } from './store.ts';

const service = 'analytics';
const log = createLog(service);

const database = await openDatabase({
  url: setting('DATABASE_URL'),
  schema: [new URL('schema.sql', import.meta.url)],
  log,
});
const store = createCountStore(database);
const consumption = consume({
  brokers: setting('KAFKA_BROKERS'),
  service,
  log,
  group: 'analytics',
  // Nobody waits for a count: events of a moment are fetched together, and counted together.
  sideBySide: 32,
  gatherMs: 30,
  topics: READS,
  readers: READERS,
  handlers: Object.fromEntries(Object.keys(READERS).map((type) => [type, store.count])),
});

const server = createServer({ log, ready: { database: database.ready, events: consumption.joined } });
addRoutes(server, store, consumption.behind);
await listen(server, numberSetting('PORT'));
log.info('listening');

shutDownWith(log, [() => server.close(), consumption.stop, database.close]);
