/** The order history: the read side of the shop (CQRS). It follows every event, and can be made anew from them. */
import { openDatabase } from '../kit/database.ts';
import { createServer, listen } from '../kit/http-server.ts';
import { replayDeadLetters, rewindGroup } from '../kit/kafka-again.ts';
import { consume } from '../kit/kafka-consumer.ts';
import { createLog } from '../kit/log.ts';
import { numberSetting, setting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { READERS, READS } from './events.ts';
import { addRoutes } from './routes.ts';
import { createHistoryStore } from './store.ts';

const service = 'order-history';
const log = createLog(service);

const database = await openDatabase({
  url: setting('DATABASE_URL'),
  schema: [new URL('schema.sql', import.meta.url)],
  log,
});
const store = createHistoryStore(database);
const broker = { brokers: setting('KAFKA_BROKERS'), service, log };
const consumption = consume({
  ...broker,
  group: 'order-history',
  topics: READS,
  readers: READERS,
  // A page of orders may lag by a moment: events that come together are fetched together, and written together.
  sideBySide: 32,
  gatherMs: 30,
  handlers: Object.fromEntries(Object.keys(READERS).map((type) => [type, store.put])),
});
/** Set back first, emptied then: a crash in between reads everything again into what is there, and one after it into nothing. */
const rebuild = () =>
  consumption.restart(async () => {
    await rewindGroup(broker, 'order-history', READS);
    await store.empty();
  });

const server = createServer({ log, ready: { database: database.ready, events: consumption.joined } });
addRoutes(server, {
  ...{ store, rebuild, log, behind: consumption.behind },
  replay: () => replayDeadLetters(broker, 'order-history'),
});
await listen(server, numberSetting('PORT'));
log.info('listening');

shutDownWith(log, [() => server.close(), consumption.stop, database.close]);
