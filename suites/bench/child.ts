/** Runs a TypeScript file the way a user's command does: set-up first, then the file on Node 24. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const EXEC = fileURLToPath(new URL('../../harness/setup/exec.mjs', import.meta.url));

/** The file's standard output once it has ended. `direct`: without set-up, on this Node. */
export async function runFile(relative: string, options: { readonly direct?: boolean } = {}): Promise<string> {
  const file = fileURLToPath(new URL(relative, import.meta.url));
  const child = spawn(process.execPath, [...(options.direct ? [] : [EXEC]), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number | null]>]);
  if (code !== 0) throw new Error(`${relative} ended with ${code}`);
  return said;
}
