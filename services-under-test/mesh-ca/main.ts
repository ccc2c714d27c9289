/** The mesh's authority: hands out short-lived certificates to sidecars. Nobody outside the mesh trusts it. */
import { readFileSync } from 'node:fs';
import { createServer, listen } from '../kit/http-server.ts';
import { createLog } from '../kit/log.ts';
import { numberSetting, setting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { createIssuer } from './issuer.ts';
import { addRoutes } from './routes.ts';

const log = createLog('mesh-ca');
const read = (name: string) => readFileSync(setting(name), 'utf8');
const server = createServer({ log, ready: {} });
addRoutes(server, {
  issuer: await createIssuer(read('CERTIFICATE_FILE'), read('KEY_FILE')),
  trustDomain: setting('TRUST_DOMAIN'),
  joinSecret: setting('JOIN_SECRET'),
  ttlMs: numberSetting('CERTIFICATE_TTL_MS', 60_000),
  log,
});
await listen(server, numberSetting('PORT'));
log.info('listening');

shutDownWith(log, [() => server.close()]);
