/** Java: JAVA_HOME, then PATH; 17 or newer. It is never fetched: a JDK is the user's own choice. */
import { join } from 'node:path';
import { HarnessError } from '../core/index.ts';
import { askProgram, findOnPath, isExecutable } from './probe.ts';
import { stampedVersion } from './stamp.ts';

export const JAVA_AT_LEAST = 17;

export interface FoundJava {
  readonly path: string;
  readonly version: string;
}

/** The first Java that is new enough. Throws `tool-missing`, naming what was found instead and how to get one. */
export async function findJava(root: string, env: NodeJS.ProcessEnv = process.env): Promise<FoundJava> {
  const seen: string[] = [];
  for (const { path, from } of candidates(env)) {
    const version = await stampedVersion(root, path, askVersion).catch(() => undefined);
    if (version !== undefined && majorOf(version) >= JAVA_AT_LEAST) return { path, version };
    seen.push(version === undefined ? `${path} (${from}) does not run` : `${path} (${from}) is ${version}`);
  }
  const found = seen.length === 0 ? 'none was found by JAVA_HOME or on PATH' : seen.join('; ');
  throw new HarnessError({
    code: 'tool-missing',
    message: `Java ${JAVA_AT_LEAST} or newer is needed to run Kafka: ${found}`,
    hint: `install a JDK (Debian: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk), or point JAVA_HOME at one.`,
  });
}

function candidates(env: NodeJS.ProcessEnv): { path: string; from: string }[] {
  const list: { path: string; from: string }[] = [];
  const home = env.JAVA_HOME ? join(env.JAVA_HOME, 'bin', 'java') : undefined;
  if (home !== undefined && isExecutable(home)) list.push({ path: home, from: 'JAVA_HOME' });
  const onPath = findOnPath('java', env.PATH);
  if (onPath !== undefined) list.push({ path: onPath, from: 'PATH' });
  return list;
}

const askVersion = (path: string) => askProgram(path, ['-version'], /version "([^"]+)"/);

/** 17 for "17.0.15", 8 for "1.8.0_402". */
export function majorOf(version: string): number {
  const [first = '0', second = '0'] = version.split(/[.+_-]/);
  return Number(first === '1' ? second : first) || 0;
}
