/** The test projects: quick ones without a lab (unit, selfcheck), and those that boot real parts (contract, chaos, browser). */
import { defineConfig } from 'vitest/config';

const project = (name: string, testTimeoutMs: number, more: object = {}) => ({
  test: {
    name,
    include: [`suites/${name}/**/*.test.ts`],
    environment: 'node' as const,
    globals: false,
    retry: 0,
    testTimeout: testTimeoutMs,
    hookTimeout: testTimeoutMs,
    ...more,
  },
});

/** One lab, one case at a time: shared faults are felt by everybody. One worker keeps its modules from file to file. */
const chaos = (name: string, files: string) =>
  project(name, 240_000, {
    fileParallelism: false,
    isolate: false,
    include: [`suites/chaos/**/${files}.chaos.ts`],
    globalSetup: ['harness/cli/vitest-global.ts'],
    setupFiles: ['harness/cli/vitest-setup.ts'],
    sequence: { groupOrder: 3 },
  });

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      project('unit', 10_000),
      project('selfcheck', 20_000),
      // Consumer tests leave their parts first; only then are the parts merged and the providers verified.
      project('contract-consumer', 20_000, {
        include: ['suites/contract/consumer/**/*.pact.test.ts'],
        globalSetup: ['suites/contract/consumer/wipe-parts.ts'],
        env: { PACT_DO_NOT_TRACK: '1', SCARF_ANALYTICS: 'false', LOG_LEVEL: 'silent' },
        sequence: { groupOrder: 1 },
      }),
      // Suites that share one lab run one file after the other: their cases share breakers, partitions and databases.
      project('contract', 60_000, {
        exclude: ['suites/contract/consumer/**'],
        fileParallelism: false,
        sequence: { groupOrder: 2 },
      }),
      project('readme', 120_000, { sequence: { groupOrder: 4 } }),
      chaos('chaos', '*'),
      chaos('smoke', '{charge-reply-lost,twin-requests}'),
      project('browser', 60_000, { fileParallelism: false }),
      // Needs an engine and `npm run images`; skipped with the reason where there is none.
      project('containers', 120_000, { fileParallelism: false }),
    ],
  },
});
