/** The registry: who is alive where. Instances register, say that they are still there, and leave; whoever calls them asks here. */
import { createServer, listen } from '../kit/http-server.ts';
import { createLog } from '../kit/log.ts';
import { numberSetting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { nowMs } from '../kit/time.ts';
import { addRoutes } from './routes.ts';
import { createDirectory } from './rules.ts';

const log = createLog('registry');
const ttlMs = numberSetting('TTL_MS', 3_000);
const directory = createDirectory({ ttlMs, firstVersion: nowMs(), now: nowMs });

const eviction = setInterval(() => {
  for (const { service, id } of directory.evict())
    log.info({ event: 'evicted', of: service, instance: id }, 'an instance was silent for too long');
}, ttlMs / 10);

const ending = new AbortController();
const server = createServer({ log, ready: {} });
addRoutes(server, { directory, log, ending: ending.signal });
await listen(server, numberSetting('PORT'));
log.info('listening');

shutDownWith(log, [async () => ending.abort(), async () => clearInterval(eviction), () => server.close()]);
