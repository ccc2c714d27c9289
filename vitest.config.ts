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

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      project('unit', 10_000),
      project('selfcheck', 20_000),
      // Suites that share one lab run one file after the other: their cases share breakers, partitions and databases.
      project('contract', 60_000, { fileParallelism: false }),
      project('chaos', 180_000, { fileParallelism: false, include: ['suites/chaos/**/*.{test,chaos}.ts'] }),
      project('browser', 60_000, { fileParallelism: false }),
    ],
  },
});
