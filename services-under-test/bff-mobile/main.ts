/** The phone's own door (backend for front end): small pages put together from what the services know. */
import { createServer, listen } from '../kit/http-server.ts';
import { createLog } from '../kit/log.ts';
import { createPartSource } from '../kit/page-part.ts';
import { numberSetting, setting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { addRoutes } from './routes.ts';

const service = 'bff-mobile';
const log = createLog(service);
const sourceOf = (name: string, url: string) => createPartSource({ edge: `${service}->${name}`, url, log });

const sources = {
  catalog: sourceOf('catalog', setting('CATALOG_URL')),
  inventory: sourceOf('inventory', setting('INVENTORY_URL')),
  order: sourceOf('order', setting('ORDER_URL')),
};

const server = createServer({ log, ready: {} });
addRoutes(server, sources);
await listen(server, numberSetting('PORT'));
log.info('listening');

shutDownWith(log, [() => server.close(), ...Object.values(sources).map(({ close }) => close)]);
