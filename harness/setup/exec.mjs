/** `node harness/setup/exec.mjs <file.ts> args…`: runs a TypeScript file on Node 24 after set-up of packages; with `--help` it shows the head of the file. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execOnNode } from './run-on-node.mjs';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: node harness/setup/exec.mjs <file.ts> [arguments]\n');
  process.exit(64);
}
if (file.endsWith('.ts') && (args.includes('--help') || args.includes('-h'))) {
  process.stdout.write(`${headOf(readFileSync(file, 'utf8'))}\n`);
  process.exit(0);
}
await execOnNode(pathToFileURL(resolve(file)), args);

/** The comment that a script begins with: it says how the script is used, so it is its help. */
function headOf(text) {
  const [, head = ''] = /^\/\*\*(.*?)\*\//s.exec(text) ?? [];
  return head
    .split('\n')
    .map((line) => line.replace(/^ \* ?/, ''))
    .join('\n')
    .replaceAll('`', '')
    .trim();
}
