/** The gateway: the only public door. Checks who is calling, passes the trace on, and keeps a sick upstream from hurting the others. */
import { createServer, listen } from '../kit/http-server.ts';
import { createLog } from '../kit/log.ts';
import { numberSetting, setting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { createAuthentication } from './authentication.ts';
import { addRoutes } from './routes.ts';
import { createUpstream } from './upstream.ts';

const log = createLog('gateway');
const authenticate = await createAuthentication({
  jwksFile: setting('JWKS_FILE'),
  issuer: setting('TOKEN_ISSUER'),
  audience: setting('TOKEN_AUDIENCE'),
});
const order = createUpstream('order', setting('ORDER_URL'), log);
const inventory = createUpstream('inventory', setting('INVENTORY_URL'), log);

const server = createServer({ log, ready: {} });
addRoutes(server, { authenticate, order, inventory });
await listen(server, numberSetting('PORT'));
log.info('listening');

shutDownWith(log, [() => server.close(), order.close, inventory.close]);
