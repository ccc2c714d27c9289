/** Prints `passed failed` of one result file: vitest's JSON, run.json, or the list of defects. */
import { readFileSync } from 'node:fs';

const [, , kind, file] = process.argv;
const result = JSON.parse(readFileSync(file, 'utf8'));

const outcomes = {
  vitest: () =>
    result.testResults.flatMap(({ assertionResults, status }) =>
      assertionResults.length === 0 ? [status === 'passed'] : assertionResults.map((one) => one.status === 'passed'),
    ),
  run: () => [
    ...result.experiments.map(({ verdict }) => verdict === 'pass'),
    ...(result.contracts?.pairs ?? []).flatMap(({ interactions }) =>
      interactions.map(({ verdict }) => verdict === 'pass'),
    ),
  ],
  defects: () => result.map(({ found }) => found),
};

const all = outcomes[kind]();
if (all.length === 0) throw new Error(`${file} holds no result`);
const passed = all.filter(Boolean).length;
process.stdout.write(`${passed} ${all.length - passed}\n`);
