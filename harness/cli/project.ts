/** Where things are in a project: suites, fixtures, reports. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

export const PLACES = {
  root: ROOT,
  experiments: join(ROOT, 'suites', 'chaos'),
  defects: join(ROOT, 'fixtures', 'defects'),
  /** Default export: where the pact files are, and how providers are brought into states. */
  contracts: join(ROOT, 'fixtures', 'contracts', 'setup.ts'),
  runs: join(ROOT, 'reports', 'runs'),
  /** Names the descriptor of the lab that `faultline up` holds. */
  upFile: join(ROOT, 'reports', 'runs', 'up.json'),
} as const;

export const DEFAULT_TOPOLOGY = 'shop-small';
