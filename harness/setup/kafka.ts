/** Kafka's jars: from KAFKA_HOME, or fetched by Maven from the pinned pom and compared with the committed checksums. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '../core/index.ts';
import type { CacheContext } from './cache.ts';
import { mustRun } from './command.ts';
import { obtainEntry, type Recipe } from './entry.ts';
import { sha256OfFile } from './manifest.ts';
import { findOnPath } from './probe.ts';

export const KAFKA_VERSION = '4.3.1';
const KAFKA_AT_LEAST = 4;

const PIN_FOLDER = fileURLToPath(new URL('./kafka/', import.meta.url));
const POM = join(PIN_FOLDER, 'pom.xml');
const HINT =
  'install Maven (Debian: apt-get install maven; macOS: brew install maven), or point KAFKA_HOME at a Kafka 4.';

export interface FoundKafka {
  /** In class path order. */
  readonly jars: readonly string[];
  readonly version: string;
  readonly from: 'KAFKA_HOME' | 'cache';
}

/** The jars below KAFKA_HOME/libs, where that is a Kafka 4. */
export function findKafka(env: NodeJS.ProcessEnv = process.env): FoundKafka | undefined {
  if (!env.KAFKA_HOME) return undefined;
  const jars = listJars(join(env.KAFKA_HOME, 'libs'));
  const version = jars.map((jar) => /\/kafka_2\.1\d-(\d[\d.]*)\.jar$/.exec(jar)?.[1]).find((found) => found);
  if (version === undefined || Number.parseInt(version, 10) < KAFKA_AT_LEAST) return undefined;
  return { jars, version, from: 'KAFKA_HOME' };
}

/** The jars, fetched now where they are not there. */
export async function obtainKafka(context: CacheContext): Promise<FoundKafka> {
  const given = findKafka();
  if (given !== undefined) return given;
  const entry = await obtainEntry(context, kafkaRecipe(context.signal));
  return { jars: listJars(entry.folder), version: KAFKA_VERSION, from: 'cache' };
}

export function kafkaRecipe(signal?: AbortSignal): Recipe {
  const sums = readFileSync(join(PIN_FOLDER, 'jars.sha256'), 'utf8');
  return {
    tool: 'kafka',
    name: `kafka-${KAFKA_VERSION}`,
    key: readFileSync(POM, 'utf8') + sums,
    what: `fetching Kafka ${KAFKA_VERSION} with mvn`,
    make: async (draft) => {
      await copyJars(draft, [], signal);
      // Maven trusts what lies in its own repository: where that is damaged, a fresh one for this time mends it.
      if ((await wrongJars(draft, sums)).length > 0) {
        const fresh = join(draft, 'repository');
        await copyJars(draft, [`-Dmaven.repo.local=${fresh}`], signal);
        rmSync(fresh, { recursive: true, force: true });
      }
      const wrong = await wrongJars(draft, sums);
      if (wrong.length > 0) throw checksumTrouble(wrong);
      return { version: KAFKA_VERSION };
    },
  };
}

/** What differs between the jars in a folder and a list in the format of sha256sum, one phrase each. */
export async function wrongJars(folder: string, sums: string): Promise<string[]> {
  const wanted = new Map(
    sums
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(66), line.slice(0, 64)] as const),
  );
  const found = listJars(folder).map((jar) => jar.slice(folder.length + 1));
  const wrong = found.filter((name) => !wanted.has(name)).map((name) => `${name} is not on the list`);
  for (const [name, sum] of wanted) {
    if (!found.includes(name)) wrong.push(`${name} is missing`);
    else if ((await sha256OfFile(join(folder, name))) !== sum) wrong.push(`${name} has another checksum`);
  }
  return wrong;
}

async function copyJars(folder: string, more: readonly string[], signal?: AbortSignal): Promise<void> {
  const mvn = findOnPath('mvn');
  if (mvn === undefined) {
    throw new HarnessError({
      code: 'tool-missing',
      message: `Kafka ${KAFKA_VERSION} is not here and cannot be fetched, because mvn is not on PATH`,
      hint: HINT,
    });
  }
  const args = [
    ...['-q', '-B', '-ntp', '-Dstyle.color=never', '-f', POM, ...more],
    ...['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}`],
    ...['-DoverWriteReleases=true', '-Dmdep.overIfNewer=true'],
  ];
  await mustRun('fetching Kafka', mvn, args, { cwd: folder, signal, hint: `see what mvn says above; or ${HINT}` });
}

function listJars(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.jar'));
    return names.sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function checksumTrouble(wrong: readonly string[]): HarnessError {
  const more = wrong.length > 3 ? `; and ${wrong.length - 3} more` : '';
  return new HarnessError({
    code: 'tool-broken',
    message: `what Maven gave is not the Kafka ${KAFKA_VERSION} that is pinned: ${wrong.slice(0, 3).join('; ')}${more}`,
    hint: 'check the Maven mirror in settings.xml, or point KAFKA_HOME at a Kafka 4.',
  });
}
