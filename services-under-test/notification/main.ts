/** The notification service: one mail to the customer when an order has ended, none before. */
import { openDatabase } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { createServer, listen } from '../kit/http-server.ts';
import { consume } from '../kit/kafka-consumer.ts';
import { createLog, reasonOf } from '../kit/log.ts';
import { numberSetting, setting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { backoffMs, pause } from '../kit/time.ts';
import { type OrderFinished, READERS, READS } from './events.ts';
import { createMailer } from './mailer.ts';
import { NOTIFICATION_TO_MAIL } from './promises.ts';
import { mailOf, stateOf } from './rules.ts';
import { createMailStore } from './store.ts';

const service = 'notification';
const log = createLog(service);

const mailer = createMailer(setting('SMTP_HOST'), numberSetting('SMTP_PORT'));
const database = await openDatabase({
  url: setting('DATABASE_URL'),
  schema: [new URL('schema.sql', import.meta.url)],
  log,
});
const store = createMailStore(database);
const stopping = new AbortController();

/** Tries until the mail server has taken the mail. Checkout does not wait for this: it was done when the event came. */
const tellCustomer = async (event: Event<OrderFinished>) => {
  const { orderId, data } = event;
  const state = stateOf(event.type);
  const { seen, sent, triedBefore } = await store.begin(event, state);
  if (seen || sent) return;
  const mail = mailOf(orderId, state, data.email, data.reason);
  for (let tries = 0; ; tries++) {
    stopping.signal.throwIfAborted();
    try {
      await mailer.send(mail, { orderId, state }, triedBefore || tries > 0);
      break;
    } catch (error) {
      log.warn({ orderId, state, reason: reasonOf(error) }, 'the mail server did not take the mail, trying again');
      await pause(
        backoffMs(tries, { firstMs: NOTIFICATION_TO_MAIL.retries.backoffMs, mostMs: 1_000 }),
        stopping.signal,
      );
    }
  }
  await store.sent(event, state);
};
const consumption = consume({
  brokers: setting('KAFKA_BROKERS'),
  service,
  log,
  group: 'notification',
  // Nobody waits for a mail: those of a moment are fetched together.
  gatherMs: 25,
  topics: READS,
  readers: READERS,
  handlers: {
    'order.completed': tellCustomer,
    'order.rejected': tellCustomer,
    'order.payment_failed': tellCustomer,
    'order.cancelled': tellCustomer,
  },
});

const server = createServer({ log, ready: { database: database.ready, events: consumption.joined } });
await listen(server, numberSetting('PORT'));
log.info('listening');

shutDownWith(log, [() => server.close(), async () => stopping.abort(), consumption.stop, mailer.close, database.close]);
