/** The user service: accounts and logins, tokens and the keys by which they are checked, and how customers want to be reached. */
import { openDatabase } from '../kit/database.ts';
import { serveGrpc } from '../kit/grpc-server.ts';
import { createServer, listen } from '../kit/http-server.ts';
import { createPublisher } from '../kit/kafka.ts';
import { createLog } from '../kit/log.ts';
import { startRelay } from '../kit/outbox-relay.ts';
import { numberSetting, setting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { usersOverGrpc } from './grpc.ts';
import { createKeyStore } from './key-store.ts';
import { createPasswordDesk } from './password-desk.ts';
import { costsOf } from './passwords.ts';
import { addRoutes } from './routes.ts';
import { createUserStore } from './store.ts';
import { addTokenRoutes } from './token-routes.ts';
import { createIssuer } from './tokens.ts';

const service = 'user';
const log = createLog(service);
const lifetimeSeconds = numberSetting('TOKEN_LIFETIME_SECONDS', 900);

const publisher = createPublisher({ brokers: setting('KAFKA_BROKERS'), service, log });
const database = await openDatabase({
  url: setting('DATABASE_URL'),
  schema: [new URL('../kit/messages.sql', import.meta.url), new URL('schema.sql', import.meta.url)],
  log,
});
const store = createUserStore(database);
await store.seed(setting('ACCOUNTS_FILE'));
const relay = startRelay({ database, publisher, log });

const keys = createKeyStore(database, {
  signsForMs: numberSetting('KEY_SIGNS_FOR_SECONDS', 86_400) * 1_000,
  tokenMs: lifetimeSeconds * 1_000,
  skewMs: 60_000,
});
const stopRotation = keys.keepFresh(log);
const issue = createIssuer(keys, {
  issuer: setting('TOKEN_ISSUER'),
  audience: setting('TOKEN_AUDIENCE'),
  lifetimeSeconds,
});

const server = createServer({ log, ready: { database: database.ready } });
const passwords = createPasswordDesk(costsOf(numberSetting('PASSWORD_ROUNDS', 10)));
addRoutes(server, { store, passwords, issue, relay, log });
addTokenRoutes(server, { store, keys, issue, log });
const grpc = await serveGrpc(numberSetting('GRPC_PORT'), usersOverGrpc(store, log));
await listen(server, numberSetting('PORT'));
log.info('listening');

shutDownWith(log, [() => server.close(), grpc.close, stopRotation, relay.stop, publisher.close, database.close]);
