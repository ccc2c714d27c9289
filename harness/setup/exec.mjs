/** `node harness/setup/exec.mjs <file.ts> args…`: runs a TypeScript file on Node 24 after set-up of packages. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execOnNode } from './run-on-node.mjs';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: node harness/setup/exec.mjs <file.ts> [arguments]\n');
  process.exit(64);
}
await execOnNode(pathToFileURL(resolve(file)), args);
