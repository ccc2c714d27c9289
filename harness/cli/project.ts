/** Where things are in a project: suites, fixtures, reports. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

/** `FAULTLINE_REPORTS`, else `reports/runs` of the project. */
const RUNS = process.env.FAULTLINE_REPORTS ? resolve(process.env.FAULTLINE_REPORTS) : join(ROOT, 'reports', 'runs');

export const PLACES = {
  root: ROOT,
  experiments: join(ROOT, 'suites', 'chaos'),
  defects: join(ROOT, 'fixtures', 'defects'),
  /** Default export: where the pact files are, and how providers are brought into states. */
  contracts: join(ROOT, 'fixtures', 'contracts', 'setup.ts'),
  /** Scenarios of `faultline load`. */
  load: join(ROOT, 'fixtures', 'load'),
  runs: RUNS,
  /** Names the descriptor of the lab that `faultline up` holds. */
  upFile: join(RUNS, 'up.json'),
} as const;

export const DEFAULT_TOPOLOGY = 'shop';
