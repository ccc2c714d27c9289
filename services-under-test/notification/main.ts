/** The notification service: one mail to the customer when an order has ended, none before. */
import { openDatabase } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { createServer, listen } from '../kit/http-server.ts';
import { consume } from '../kit/kafka-consumer.ts';
import { createLog, reasonOf } from '../kit/log.ts';
import { numberSetting, optionalSetting, setting } from '../kit/settings.ts';
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
// Preferences are looked at where there is more than mail to choose from.
const messagesUrl = optionalSetting('MESSAGES_URL');
const database = await openDatabase({
  url: setting('DATABASE_URL'),
  schema: [new URL('schema.sql', import.meta.url), ...(messagesUrl ? [new URL('contacts.sql', import.meta.url)] : [])],
  log,
});
const store = createMailStore(database, messagesUrl !== undefined);
const preferred = messagesUrl ? (await import('./preferred.ts')).createPreferred(messagesUrl, database) : undefined;
const stopping = new AbortController();

/** Tries until the mail server has taken the mail. Checkout does not wait for this: it was done when the event came. */
const tellCustomer = async (event: Event<OrderFinished>) => {
  const { orderId, data } = event;
  const state = stateOf(event.type);
  const { seen, sent, triedBefore, contact } = await store.begin(event, state);
  if (seen || sent) return;
  const mail = mailOf(orderId, state, data.email, data.reason);
  const chosen = preferred?.choose(data.userId, contact ?? undefined);
  for (let tries = 0; ; tries++) {
    stopping.signal.throwIfAborted();
    try {
      if (chosen) await chosen(mail, { orderId, state });
      else await mailer.send(mail, { orderId, state }, triedBefore || tries > 0);
      break;
    } catch (error) {
      log.warn({ orderId, state, reason: reasonOf(error) }, 'the message was not taken, trying again');
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
  topics: [...READS, ...(preferred?.topics ?? [])],
  readers: { ...READERS, ...preferred?.readers },
  handlers: {
    ...preferred?.handlers,
    'order.completed': tellCustomer,
    'order.rejected': tellCustomer,
    'order.payment_failed': tellCustomer,
    'order.cancelled': tellCustomer,
  },
});

const server = createServer({ log, ready: { database: database.ready, events: consumption.joined } });
preferred?.addRoutes(server);
await listen(server, numberSetting('PORT'));
log.info('listening');

shutDownWith(log, [
  () => server.close(),
  async () => stopping.abort(),
  consumption.stop,
  mailer.close,
  async () => preferred?.close(),
  database.close,
]);
