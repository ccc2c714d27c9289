/** Obtains the wanted tools, those that do not need each other at the same time. */
import { systemClock, type Timing } from '../core/index.ts';
import { postgresAccount, reachableRoot } from './account.ts';
import { type CacheContext, cacheRoot } from './cache.ts';
import { obtainGoProgram } from './go-tool.ts';
import { findJava } from './java.ts';
import { K6 } from './k6.ts';
import { obtainKafka } from './kafka.ts';
import { obtainKafkaTemplate } from './kafka-template.ts';
import { findNode } from './node.ts';
import { obtainPostgres } from './postgres.ts';
import { obtainPostgresTemplate } from './postgres-template.ts';
import { obtainRedis } from './redis.ts';
import { TOXIPROXY } from './toxiproxy.ts';
import type { KafkaPaths, PostgresPaths, SetupReport, ToolName, ToolPaths } from './types.ts';

const NO_KAFKA: KafkaPaths = { jars: [], template: '', clusterId: '' };
const NO_POSTGRES: PostgresPaths = { bin: '', template: '' };

/**
 * Finds each wanted tool, or obtains it into the user cache. Only what is really done is reported; everything is timed.
 * Throws `tool-missing` (with the way to get it), `tool-broken` or `cache-unwritable`; when one fails the others are ended.
 */
export async function ensureTools(
  wanted: readonly ToolName[],
  report: SetupReport,
  signal?: AbortSignal,
): Promise<ToolPaths> {
  signal?.throwIfAborted();
  const failed = new AbortController();
  const both = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const context: CacheContext = { root: cacheRoot(), report, signal: both };
  const startMs = systemClock.now();
  const timings: Timing[] = [];
  const versions: Record<string, string> = {};
  const timed = async <T extends { version: string }>(what: string, work: Promise<T>): Promise<T> => {
    const fromMs = systemClock.now() - startMs;
    const result = await work;
    versions[what] = result.version;
    timings.push({ what, fromMs, tookMs: systemClock.now() - startMs - fromMs });
    return result;
  };
  const want = (name: ToolName) => wanted.includes(name);
  const jobs = [
    want('node') ? timed('node', findNode(context.root)) : undefined,
    want('java') || want('kafka') ? timed('java', findJava(context.root)) : undefined,
    want('kafka') ? timed('kafka', kafkaJob(context)) : undefined,
    want('postgres') ? timed('postgres', postgresJob(context)) : undefined,
    want('redis') ? timed('redis', obtainRedis(context)) : undefined,
    want('toxiproxy') ? timed('toxiproxy', obtainGoProgram(TOXIPROXY, context)) : undefined,
    want('k6') ? timed('k6', obtainGoProgram(K6, context)) : undefined,
  ] as const;
  const [node, java, kafka, postgres, redis, toxiproxy, k6] = await allOrNone(jobs, failed);
  return {
    node: node?.path ?? '',
    java: java?.path ?? '',
    kafka: kafka?.paths ?? NO_KAFKA,
    postgres: postgres?.paths ?? NO_POSTGRES,
    redis: redis?.path ?? '',
    toxiproxy: toxiproxy?.path ?? '',
    k6: k6?.path ?? '',
    versions,
    timings,
  };
}

/** Waits for all; where one fails the others are told to stop, waited for, and the first failure is thrown. */
async function allOrNone<T extends readonly unknown[]>(
  jobs: T,
  failed: AbortController,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  let first: { error: unknown } | undefined;
  const watched = jobs.map(async (job) => {
    try {
      return await job;
    } catch (error) {
      first ??= { error };
      failed.abort(error);
      return undefined;
    }
  });
  const results = await Promise.all(watched);
  if (first !== undefined) throw (first as { error: unknown }).error;
  return results as { -readonly [K in keyof T]: Awaited<T[K]> };
}

async function kafkaJob(context: CacheContext): Promise<{ version: string; paths: KafkaPaths }> {
  // Java is looked for first: without it there is no point in fetching jars.
  const java = await findJava(context.root);
  const kafka = await obtainKafka(context);
  return { version: kafka.version, paths: await obtainKafkaTemplate(context, java, kafka) };
}

async function postgresJob(context: CacheContext): Promise<{ version: string; paths: PostgresPaths }> {
  const account = postgresAccount();
  const reachable = { ...context, root: reachableRoot(context.root, account) };
  const postgres = await obtainPostgres(reachable);
  const template = await obtainPostgresTemplate(reachable, postgres, account);
  return { version: postgres.version, paths: { bin: postgres.bin, template, ...account } };
}
