/** The gateway: the only public door. Checks who is calling, passes the trace on, and keeps a sick upstream from hurting the others. */
import { createServer, listen } from '../kit/http-server.ts';
import { createLog } from '../kit/log.ts';
import { numberSetting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { openUpdates, partsOf } from './parts.ts';
import { addRoutes } from './routes.ts';

const log = createLog('gateway');
const parts = await partsOf(log);

const server = createServer({ log, ready: {}, ...parts.server });
addRoutes(server, parts.routes);
const closeUpdates = await openUpdates(server.server, parts.routes, log);
await listen(server, numberSetting('PORT'));
log.info('listening');

shutDownWith(log, [closeUpdates, () => server.close(), ...parts.close]);
