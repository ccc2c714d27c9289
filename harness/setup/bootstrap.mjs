/**
 * What must be there before any TypeScript runs: the npm packages of the lock file, and Node 24.
 * Plain JavaScript without packages, for Node 18 and newer.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './environment.mjs';
import { fetchNode, installPackages, isInstalled } from './install.mjs';

export const NODE_AT_LEAST = 24;

const PROJECT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

/** A failure before the harness itself can speak: `message` is one sentence, `hint` says what to do. See bootstrap.d.mts. */
export class BootstrapError extends Error {
  constructor(message, hint) {
    super(message);
    this.name = 'BootstrapError';
    this.hint = hint;
  }
}

/** Installs what is missing and returns where Node 24 is and the environment for what runs on it. See bootstrap.d.mts. */
export async function bootstrap(options = {}) {
  const root = options.root ?? PROJECT;
  const tell = options.tell ?? ((text) => process.stderr.write(text));
  try {
    if (existsSync(join(root, 'package-lock.json')) && !isInstalled(root)) await installPackages(root, tell);
    const node = await nodeBinary(root, tell);
    return { root, node, environment: childEnvironment(root, process.env) };
  } catch (error) {
    if (error.hint === undefined) throw error;
    throw new BootstrapError(error.message, error.hint);
  }
}

/** Our own binary where it is new enough, else the one from the npm package `node`. */
async function nodeBinary(root, tell) {
  if (Number.parseInt(process.versions.node, 10) >= NODE_AT_LEAST) return process.execPath;
  const fromNpm = join(root, 'node_modules', 'node', 'bin', 'node');
  // npm runs the script that fetches the binary only where scripts are allowed.
  if (!isExecutable(fromNpm)) await fetchNode(root, tell);
  if (isExecutable(fromNpm)) return fromNpm;
  throw new BootstrapError(
    `Node ${NODE_AT_LEAST} is needed, this is ${process.versions.node}, and the npm package "node" has no binary for this machine`,
    `install Node ${NODE_AT_LEAST} or newer.`,
  );
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
