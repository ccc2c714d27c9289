/** `npm test`: set-up of packages, then vitest on Node 24: everything quick, the contracts and a chaos smoke. Arguments are handed to vitest. */
import { execOnNode } from './run-on-node.mjs';

const PROJECTS = ['unit', 'selfcheck', 'contract-consumer', 'contract', 'smoke', 'readme'];

await execOnNode(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url), [
  'run',
  ...PROJECTS.flatMap((name) => ['--project', name]),
  ...process.argv.slice(2),
]);
