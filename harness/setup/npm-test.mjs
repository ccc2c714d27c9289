/** `npm test`: set-up of packages, then vitest on Node 24. Arguments are handed to vitest. */
import { execOnNode } from './run-on-node.mjs';

const VITEST = ['run', '--project', 'test'];

await execOnNode(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url), [
  ...VITEST,
  ...process.argv.slice(2),
]);
