/** A sidecar: stands beside one service, and brings its calls to other sidecars and theirs to it, under mutual TLS. The service knows nothing of it. */
import { readFileSync } from 'node:fs';
import { createLog } from '../kit/log.ts';
import { numberSetting, setting } from '../kit/settings.ts';
import { shutDownWith } from '../kit/shutdown.ts';
import { readConfig } from './config.ts';
import { startSidecar } from './sidecar.ts';

const name = setting('NAME');
const log = createLog(name);
const sidecar = await startSidecar({
  ...readConfig(),
  ...{ name, log, adminPort: numberSetting('PORT'), meshPort: numberSetting('MESH_PORT') },
  authorityUrl: setting('AUTHORITY_URL'),
  authority: readFileSync(setting('AUTHORITY_FILE'), 'utf8'),
});
log.info('listening');

shutDownWith(log, [() => sidecar.close()]);
