/** The rows of `faultline doctor`: where each tool is, or what is missing and how to get it. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HarnessError, messageOf } from '../core/index.ts';
import { postgresAccount, reachableRoot } from './account.ts';
import { cacheRoot } from './cache.ts';
import { inspectEntry, type Recipe } from './entry.ts';
import { type GoProgram, goRecipe } from './go-tool.ts';
import { isInstalled } from './install.mjs';
import { findJava } from './java.ts';
import { K6 } from './k6.ts';
import { findKafka, KAFKA_VERSION, kafkaRecipe } from './kafka.ts';
import { findNode } from './node.ts';
import { findPostgres, packageFolder, postgresRecipe } from './postgres.ts';
import { findOnPath } from './probe.ts';
import { findProgram } from './program.ts';
import { REDIS, REDIS_VERSION, redisRecipe } from './redis.ts';
import { TOXIPROXY } from './toxiproxy.ts';
import type { ToolRow } from './types.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** One row per tool. Cached tools are read to the last byte. A tool that is missing is a row, never an error. */
export async function toolTable(): Promise<ToolRow[]> {
  const root = cacheRoot();
  const rows: readonly (readonly [string, () => ToolRow | Promise<ToolRow>])[] = [
    ['npm packages', npmRow],
    ['node', async () => ({ tool: 'node', ok: true, ...whereOf(await findNode(root)) })],
    ['java', async () => ({ tool: 'java', ok: true, ...whereOf(await findJava(root)) })],
    ['kafka', () => kafkaRow(root)],
    ['postgres', () => postgresRow(root)],
    ['redis', () => redisRow(root)],
    ['toxiproxy', () => goRow(root, TOXIPROXY)],
    ['k6', () => k6Row(root)],
    ['cache', () => cacheRow(root)],
  ];
  return Promise.all(rows.map(([tool, look]) => rowOrTrouble(tool, look)));
}

async function rowOrTrouble(tool: string, look: () => ToolRow | Promise<ToolRow>): Promise<ToolRow> {
  try {
    return await look();
  } catch (error) {
    const hint = error instanceof HarnessError && error.hint ? `: ${error.hint}` : '';
    return { tool, ok: false, advice: `${messageOf(error)}${hint}` };
  }
}

function npmRow(): ToolRow {
  const where = join(PROJECT, 'node_modules');
  const lock = join(PROJECT, 'package-lock.json');
  if (!existsSync(lock))
    return { tool: 'npm packages', ok: true, where, advice: 'no lock file here: nothing to compare.' };
  const count = Object.keys((JSON.parse(readFileSync(lock, 'utf8')) as { packages: object }).packages).length - 1;
  const version = `${count} in the lock file`;
  return isInstalled(PROJECT)
    ? { tool: 'npm packages', ok: true, version, where }
    : { tool: 'npm packages', ok: true, version, advice: 'not what the lock file says: the next run installs them.' };
}

async function kafkaRow(root: string): Promise<ToolRow> {
  const given = findKafka();
  if (given !== undefined) {
    return {
      tool: 'kafka',
      ok: true,
      version: given.version,
      where: dirname(given.jars[0] ?? ''),
      advice: 'from KAFKA_HOME.',
    };
  }
  return cachedRow(root, kafkaRecipe(), KAFKA_VERSION, 'mvn', 'install Maven, or point KAFKA_HOME at a Kafka 4.');
}

async function postgresRow(root: string): Promise<ToolRow> {
  const given = await findPostgres(root);
  if (given !== undefined) {
    return { tool: 'postgres', ok: true, version: given.version, where: given.bin, advice: 'from FAULTLINE_POSTGRES.' };
  }
  const recipe = postgresRecipe(packageFolder());
  return cachedRow(reachableRoot(root, postgresAccount()), recipe, recipe.name.replace('postgres-', ''));
}

async function redisRow(root: string): Promise<ToolRow> {
  const given = await findProgram(REDIS, root);
  if (given !== undefined) {
    return { tool: 'redis', ok: true, version: given.version, where: given.path, advice: `from ${given.from}.` };
  }
  return cachedRow(
    root,
    redisRecipe(),
    REDIS_VERSION,
    'python3',
    'install Redis 6.2 or newer, or set FAULTLINE_REDIS.',
  );
}

async function goRow(root: string, program: GoProgram): Promise<ToolRow> {
  const given = await findProgram(program, root);
  if (given !== undefined) {
    return { tool: program.tool, ok: true, version: given.version, where: given.path, advice: `from ${given.from}.` };
  }
  const byHand = `install Go ${program.go} or newer, or set ${program.variable}.`;
  return cachedRow(root, goRecipe(program), program.version, 'go', byHand);
}

/** Only `faultline load` needs it: that it is missing is no fault of the machine. */
async function k6Row(root: string): Promise<ToolRow> {
  const row = await goRow(root, K6);
  if (row.where !== undefined) return row;
  const advice = row.ok
    ? `${row.advice?.replace('the next run', 'the first load')}`
    : `only load needs it; ${row.advice}`;
  return { ...row, ok: true, advice };
}

/** A tool that lives in the cache; `maker` is the program that the next run needs to make it. */
async function cachedRow(
  root: string,
  recipe: Recipe,
  version: string,
  maker?: string,
  byHand?: string,
): Promise<ToolRow> {
  const { tool } = recipe;
  const { state, folder, file } = await inspectEntry(root, recipe);
  if (state === 'whole') return { tool, ok: true, version, where: folder };
  const why = state === 'missing' ? 'not in the cache yet' : `damaged in the cache${file ? ` (${file})` : ''}`;
  if (maker !== undefined && findOnPath(maker) === undefined) {
    return { tool, ok: false, version, advice: `${why}, and ${maker} is not on PATH to get it: ${byHand}` };
  }
  return {
    tool,
    ok: true,
    version,
    advice: `${why}: the next run gets it${maker ? ` with ${maker}` : ' from npm'}.`,
  };
}

function cacheRow(root: string): ToolRow {
  let folder = root;
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return { tool: 'cache', ok: true, where: root };
  } catch {
    const advice = `${folder} cannot be written: make it writable, or set FAULTLINE_CACHE to a folder that is.`;
    return { tool: 'cache', ok: false, where: root, advice };
  }
}

function whereOf(found: { path: string; version: string }): { where: string; version: string } {
  return { where: found.path, version: found.version };
}
