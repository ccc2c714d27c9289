/** k6 (https://k6.io), which makes the load; only load needs it. */
import { fileURLToPath } from 'node:url';
import type { GoProgram } from './go-tool.ts';

/** TypeScript scenarios run as they are, and the exit codes are as we read them, from this one on. */
const OLDEST = 1;

export const K6: GoProgram = {
  tool: 'k6',
  title: 'k6',
  version: '2.2.0',
  variable: 'FAULTLINE_K6',
  binary: 'k6',
  moduleFolder: fileURLToPath(new URL('./k6/', import.meta.url)),
  package: 'go.k6.io/k6/v2',
  ldflags: '-s -w',
  ask: [['version'], /k6 v(\d+\.\d+\.\d+)/],
  isGood: (version) => Number(version.split('.')[0]) >= OLDEST,
  needed: `${OLDEST}.0 or newer`,
  done: 'built',
  go: '1.25',
};
