/** The web's own door (backend for front end): pages put together from what the services know. */
import { createServer, listen } from '../kit/http-server.ts';
import { createLog } from '../kit/log.ts';
import { createPartSource } from '../kit/page-part.ts';
import { registerFromSettings } from '../kit/registration.ts';
import { numberSetting, optionalSetting, setting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { addRoutes } from './routes.ts';

const service = 'bff-web';
const log = createLog(service);
const instance = setting('INSTANCE', service);
const sourceOf = (name: string, url: string) => createPartSource({ edge: `${instance}->${name}`, url, log });

const sources = {
  catalog: sourceOf('catalog', setting('CATALOG_URL')),
  inventory: sourceOf('inventory', setting('INVENTORY_URL')),
  user: sourceOf('user', setting('USER_URL')),
  order: sourceOf('order', setting('ORDER_URL')),
};
const historyUrl = optionalSetting('ORDER_HISTORY_URL');
const history = historyUrl === undefined ? undefined : sourceOf('order-history', historyUrl);

const server = createServer({ log, ready: {} });
addRoutes(server, { ...sources, ...(history && { history }) });
await listen(server, numberSetting('PORT'));
const registration = registerFromSettings(service, log);
log.info('listening');

// Whoever balances is told before the door closes.
shutDownWith(log, [
  registration.end,
  () => server.close(),
  ...Object.values(sources).map(({ close }) => close),
  async () => history?.close(),
]);
