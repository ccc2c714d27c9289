/** The payment service: charges orders whose stock is reserved, and gives back what was charged in vain. */
import { createBreaker } from '../kit/breaker.ts';
import { openDatabase } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { createHttpClient } from '../kit/http-client.ts';
import { createServer, listen } from '../kit/http-server.ts';
import { createPublisher } from '../kit/kafka.ts';
import { consume } from '../kit/kafka-consumer.ts';
import { createLog } from '../kit/log.ts';
import { startRelay } from '../kit/outbox-relay.ts';
import { numberSetting, optionalSetting, setting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { charge, type Waiting } from './charge.ts';
import { READERS, READS, type StockReserved } from './events.ts';
import { PAYMENT_TO_PSP } from './promises.ts';
import { createPspClient } from './psp-client.ts';
import { addRoutes } from './routes.ts';
import { createPaymentStore } from './store.ts';
import { startUndoWorker } from './undo.ts';

const service = 'payment';
const log = createLog(service);
const broker = { brokers: setting('KAFKA_BROKERS'), service, log };

const publisher = createPublisher(broker);
const http = createHttpClient(setting('PSP_URL'));
const orchestrated = setting('SAGA', 'choreographed') === 'orchestrated';
const commands = orchestrated ? await import('./commands.ts') : undefined;
const walletsOn = optionalSetting('WALLETS') === 'on';
const database = await openDatabase({
  url: setting('DATABASE_URL'),
  schema: [
    new URL('../kit/messages.sql', import.meta.url),
    new URL('schema.sql', import.meta.url),
    ...(commands?.SCHEMA ?? []),
    ...(walletsOn ? [new URL('wallet.sql', import.meta.url), new URL('invoices.sql', import.meta.url)] : []),
  ],
  log,
});
const wallets = walletsOn ? (await import('./wallet.ts')).createWallets(database, orchestrated) : undefined;
const commandedStore = commands?.createCommandedStore(database);
const store = commandedStore ?? createPaymentStore(database);
const relay = startRelay({ database, publisher, log });

const psp = createPspClient(http, createBreaker({ edge: 'payment->psp', ...PAYMENT_TO_PSP.breaker, log }), log);
const waiting: Waiting = { charges: 0 };
const undoWorker = startUndoWorker({ psp, store, relay, waiting, log, ...(wallets && { ourselves: wallets.undo }) });

const chargeOrder = async (event: Event<StockReserved>): Promise<true | undefined> => {
  if (wallets && event.data.paymentMethod === 'wallet') {
    const told = await wallets.charge(event);
    relay.wake(told);
    return told.length > 0 || undefined;
  }
  const { seen, askedBefore } = await store.begin(event);
  if (seen) return;
  const outcome = await charge(psp, event, askedBefore, waiting);
  const { events, undos } = await store.decide(event, outcome);
  relay.wake(events);
  undoWorker.wake(undos);
  return true;
};
const onEvents = {
  topics: READS,
  readers: READERS,
  handlers: {
    'stock.reserved': async (event: Event<StockReserved>) => void (await chargeOrder(event)),
    'shipment.refused': async (event: Event) => undoWorker.wake(await store.askRefund(event)),
  },
};
const reads = commandedStore
  ? commands?.commanded({ store: commandedStore, relay, undoWorker, chargeOrder })
  : undefined;
const consumption = consume({ ...broker, group: 'payment', sideBySide: 8, ...(reads ?? onEvents) });
/** While the breaker is open there is no use in taking more work in. */
psp.breaker.onAdmission((admitted) => (admitted ? consumption.resume() : consumption.pause()));

const server = createServer({ log, ready: { database: database.ready, events: consumption.joined } });
addRoutes(server, store);
if (wallets) (await import('./wallet-routes.ts')).addWalletRoutes(server, wallets, database);
await listen(server, numberSetting('PORT'));
log.info('listening');

shutDownWith(log, [
  () => server.close(),
  consumption.stop,
  undoWorker.stop,
  relay.stop,
  publisher.close,
  http.close,
  database.close,
]);
