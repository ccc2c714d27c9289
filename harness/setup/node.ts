/** Node 24: the one we run on where it is new enough, else the one from the npm package `node`. */
import { fileURLToPath } from 'node:url';
import { HarnessError } from '../core/index.ts';
import { askProgram, isExecutable } from './probe.ts';
import { stampedVersion } from './stamp.ts';

export const NODE_AT_LEAST = 24;

const FROM_NPM = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));

/** Throws `tool-missing` where neither is there. */
export async function findNode(root: string): Promise<{ path: string; version: string }> {
  if (Number.parseInt(process.versions.node, 10) >= NODE_AT_LEAST) {
    return { path: process.execPath, version: process.versions.node };
  }
  const version = isExecutable(FROM_NPM) ? await stampedVersion(root, FROM_NPM, askVersion) : undefined;
  if (version !== undefined) return { path: FROM_NPM, version };
  throw new HarnessError({
    code: 'tool-missing',
    message: `Node ${NODE_AT_LEAST} is needed, this is ${process.versions.node}, and node_modules/node is not there`,
    hint: 'run npm ci.',
  });
}

const askVersion = (path: string) => askProgram(path, ['--version'], /^v(\d+\.\d+\.\d+)/);
