/** Kafka as a child process: a copy of the template, its own ports, and the declared topics. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Broker, waitFor } from '../../core/index.ts';
import { kafkaArguments, kafkaProperties } from '../../setup/index.ts';
import type { PartSpec } from '../warden/spec.ts';
import { type NativeContext, partOf } from './context.ts';
import { createTopics } from './kafka-topics.ts';

const HOST = '127.0.0.1';
const TOPICS_WITHIN_MS = 20_000;

/** ApiVersions v0 with correlation id 1 and client id `faultline`: the first thing any client asks. */
export const API_VERSIONS_REQUEST = Buffer.from('\0\0\0\x13\0\x12\0\0\0\0\0\x01\0\x09faultline', 'latin1');

export function kafkaFolder(data: string, name: string): string {
  return join(data, name);
}

/** Expects the template's copy in `kafkaFolder`. Advertises its own port: the wire rewrites what clients are told. */
export function kafkaSpec(context: NativeContext, name: string): PartSpec {
  const { port } = partOf(context, name);
  const controllerPort = context.plan.controllerPorts[name] ?? 0;
  const { jars, cdsArchive } = context.tools.kafka;
  const properties = join(context.data, `${name}.properties`);
  writeFileSync(properties, kafkaProperties({ logFolder: kafkaFolder(context.data, name), port, controllerPort }));
  return {
    name,
    kind: 'kafka',
    command: [context.tools.java, ...kafkaArguments(jars, properties, cdsArchive ? { use: cdsArchive } : undefined)],
    env: context.env,
    cwd: context.data,
    logFile: join(context.logs, `${name}.log`),
    stopSignal: 'SIGTERM',
    stopGraceMs: 10_000,
    ready: { how: 'exchange', port, sendBase64: API_VERSIONS_REQUEST.toString('base64') },
    readyTimeoutMs: 40_000,
  };
}

/** Makes the declared topics, asking again until the broker has registered itself (it answers a little earlier). */
export async function makeTopics(port: number, broker: Broker, signal?: AbortSignal): Promise<void> {
  if (broker.topics.length === 0) return;
  let trouble: string | undefined;
  const attempt = async () => {
    trouble = await createTopics(HOST, port, broker.topics);
    return trouble === undefined ? true : undefined;
  };
  await waitFor(attempt, {
    what: `the topics ${broker.topics.map(({ name }) => name).join(', ')} to be made`,
    deadlineMs: TOPICS_WITHIN_MS,
    lastSeen: () => trouble ?? 'nothing',
    ...(signal && { signal }),
  });
}
