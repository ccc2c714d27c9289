/** A real Kafka broker for tests: a copy of the prepared template, free ports, its own folder, all gone after `stop`. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { waitFor } from '../../../../harness/core/index.ts';
import { startCommand } from '../../../../harness/setup/command.ts';
import { ensureTools, kafkaArguments, kafkaProperties } from '../../../../harness/setup/index.ts';

export const HOST = '127.0.0.1';

export async function startBroker(): Promise<{ port: number; stop(): Promise<void> }> {
  const tools = await ensureTools(['java', 'kafka'], () => undefined);
  const folder = mkdtempSync(join(tmpdir(), 'faultline-test-kafka-'));
  const logFolder = join(folder, 'log');
  cpSync(tools.kafka.template, logFolder, { recursive: true });
  const [port, controllerPort] = (await freePorts(2)) as [number, number];
  const properties = join(folder, 'server.properties');
  writeFileSync(properties, kafkaProperties({ logFolder, port, controllerPort }));
  const archive = tools.kafka.cdsArchive === undefined ? undefined : { use: tools.kafka.cdsArchive };
  const process = startCommand(tools.java, kafkaArguments(tools.kafka.jars, properties, archive));
  const stop = async () => {
    await process.stop(5_000);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitFor(() => answers(port), { what: 'the broker', deadlineMs: 40_000, everyMs: 50, lastSeen: process.tail });
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return { port, stop };
}

async function answers(port: number): Promise<true | undefined> {
  const admin = quietClient('ready', `${HOST}:${port}`, { retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    await admin.describeCluster();
    await admin.describeGroups(['nobody']);
    return true;
  } catch {
    return undefined;
  } finally {
    await admin.disconnect();
  }
}

/** Retries as services of ours are told to use them. */
export function quietClient(clientId: string, broker: string, config: Partial<KafkaConfig> = {}): Kafka {
  return new Kafka({
    clientId,
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 5_000,
    retry: { initialRetryTime: 20, multiplier: 1.2, maxRetryTime: 200, retries: 100 },
    ...config,
  });
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
    const address = server.address();
    ports.push(typeof address === 'object' && address !== null ? address.port : 0);
  }
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports;
}
