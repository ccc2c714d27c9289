/** Toxiproxy (https://github.com/Shopify/toxiproxy), which breaks connections. */
import { fileURLToPath } from 'node:url';
import type { GoProgram } from './go-tool.ts';

const VERSION = '2.12.0';
const PACKAGE = 'github.com/Shopify/toxiproxy/v2';

export const TOXIPROXY: GoProgram = {
  tool: 'toxiproxy',
  title: 'Toxiproxy',
  version: VERSION,
  variable: 'FAULTLINE_TOXIPROXY',
  binary: 'toxiproxy-server',
  moduleFolder: fileURLToPath(new URL('./toxiproxy/', import.meta.url)),
  package: `${PACKAGE}/cmd/server`,
  ldflags: `-s -w -X ${PACKAGE}.Version=${VERSION}`,
  ask: [['--version'], /version (\d+\.\d+\.\d+)/],
  isGood(version) {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    return major === 2 && minor >= 12;
  },
  needed: VERSION,
  done: 'built',
  go: '1.24',
};
