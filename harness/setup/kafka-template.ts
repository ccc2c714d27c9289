/** Made once from the jars: a formatted log folder with the offsets topic in it, and an archive of the classes a broker loads. */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { HarnessError } from '../core/index.ts';
import type { CacheContext } from './cache.ts';
import { mustRun, startCommand } from './command.ts';
import { type Entry, obtainEntry, type Recipe } from './entry.ts';
import type { FoundJava } from './java.ts';
import type { FoundKafka } from './kafka.ts';
import { exerciseBroker, makeOffsetsTopic } from './kafka-exercise.ts';
import { JVM_FLAGS, kafkaArguments, kafkaProperties } from './kafka-server.ts';
import { fileMark } from './stamp.ts';
import type { KafkaPaths } from './types.ts';

/** 22 characters: the form of a Kafka uuid. */
const CLUSTER_ID = 'faultline-lab-cluster0';
const ARCHIVE = 'broker.jsa';
const STOP_PATIENCE_MS = 90_000;
/** Exit code of a broker that had to be killed: what it left is not whole. */
const KILLED = 137;

/** Both, made now where they are missing. */
export async function obtainKafkaTemplate(
  context: CacheContext,
  java: FoundJava,
  kafka: FoundKafka,
): Promise<KafkaPaths> {
  const template = await obtainEntry(context, templateRecipe(java, kafka, context.signal));
  const archive = await obtainEntry(context, archiveRecipe(java, kafka, template, context.signal));
  const cdsArchive = join(archive.folder, ARCHIVE);
  return {
    jars: kafka.jars,
    template: join(template.folder, 'log'),
    clusterId: CLUSTER_ID,
    ...(archive.facts.archive === 'made' ? { cdsArchive } : {}),
  };
}

export function templateRecipe(java: FoundJava, kafka: FoundKafka, signal?: AbortSignal): Recipe {
  const sample = kafkaProperties({ logFolder: '', port: 0, controllerPort: 0 });
  return {
    tool: 'kafka',
    name: `kafka-template-${kafka.version}`,
    key: `1 ${kafka.version} ${CLUSTER_ID} ${sample}`,
    what: 'formatting a log folder with the offsets topic',
    make: async (draft) => {
      const log = join(draft, 'log');
      const properties = join(scratchIn(draft), 'format.properties');
      writeFileSync(properties, kafkaProperties({ logFolder: log, port: 9092, controllerPort: 9093 }));
      const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', properties];
      const args = ['-cp', kafka.jars.join(':'), ...JVM_FLAGS, ...format];
      await mustRun('formatting the Kafka template', java.path, args, { signal });
      await withBroker({ java, kafka, log, draft, signal }, makeOffsetsTopic);
      return { clusterId: CLUSTER_ID };
    },
  };
}

/**
 * The archive is made by a broker that ran on a copy of the template with other ports: so it is also shown that this works.
 * It fits one Java and one set of jars at one place.
 */
export function archiveRecipe(java: FoundJava, kafka: FoundKafka, template: Entry, signal?: AbortSignal): Recipe {
  return {
    tool: 'kafka',
    name: `kafka-classes-${kafka.version}`,
    key: ['1', fileMark(java.path), ...kafka.jars.map(fileMark), ...JVM_FLAGS].join('\n'),
    what: 'archiving the classes of the broker for a quick start',
    make: async (draft) => {
      const log = join(scratchIn(draft), 'log');
      cpSync(join(template.folder, 'log'), log, { recursive: true });
      await withBroker({ java, kafka, log, draft, signal, archive: join(draft, ARCHIVE) }, exerciseBroker);
      return { archive: existsSync(join(draft, ARCHIVE)) ? 'made' : 'none' };
    },
  };
}

interface BrokerRun {
  readonly java: FoundJava;
  readonly kafka: FoundKafka;
  readonly log: string;
  /** The entry that is being made. */
  readonly draft: string;
  readonly archive?: string;
  readonly signal?: AbortSignal;
}

/** Starts a broker, has `use` work with it, and stops it so that the log folder is closed cleanly. */
async function withBroker(
  run: BrokerRun,
  use: (broker: { address: string; ended: Promise<number>; tail: () => string }) => Promise<void>,
): Promise<void> {
  const scratch = scratchIn(run.draft);
  const [port, controllerPort] = await freePorts();
  const properties = join(scratch, 'server.properties');
  writeFileSync(properties, kafkaProperties({ logFolder: run.log, port, controllerPort }));
  const archive = run.archive === undefined ? undefined : { make: run.archive };
  const broker = startCommand(run.java.path, kafkaArguments(run.kafka.jars, properties, archive), {
    signal: run.signal,
  });
  let stopped: number;
  try {
    await use({ address: `127.0.0.1:${port}`, ended: broker.ended, tail: broker.tail });
  } finally {
    stopped = await broker.stop(STOP_PATIENCE_MS);
  }
  run.signal?.throwIfAborted();
  if (stopped === KILLED) throw stoppedBadly(broker.tail());
  rmSync(scratch, { recursive: true, force: true });
}

/** Within the draft, so that it goes with it when we are killed; to be removed before the draft is done. */
function scratchIn(draft: string): string {
  const folder = join(draft, 'scratch');
  mkdirSync(folder, { recursive: true });
  return folder;
}

function stoppedBadly(said: string): HarnessError {
  return new HarnessError({
    code: 'tool-broken',
    message: `the Kafka broker that makes the template did not stop within ${STOP_PATIENCE_MS / 1000} s\n${said}`,
    hint: 'try again when the machine is less busy.',
  });
}

/** Two ports that were free a moment ago. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    ports.push(typeof address === 'object' && address !== null ? address.port : 0);
  }
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return [ports[0] ?? 0, ports[1] ?? 0];
}
