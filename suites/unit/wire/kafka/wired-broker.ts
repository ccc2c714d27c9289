/** A real broker behind a real wire, for tests: one edge per client service, everything on free ports, everything stopped at the end. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import {
  type HistoryRecord,
  type MessageRecord,
  type WireAction,
  type WireControl,
  waitFor,
} from '../../../../harness/core/index.ts';
import { startCommand } from '../../../../harness/setup/command.ts';
import { ensureTools, kafkaArguments, kafkaProperties } from '../../../../harness/setup/index.ts';
import { startWire, type WireEdge, wireClient } from '../../../../harness/wire/index.ts';

export interface WiredBroker {
  readonly control: WireControl;
  readonly edges: readonly WireEdge[];
  /** The broker's own port: nobody but the wire should dial it. */
  readonly brokerPort: number;
  /** A client of the edge `caller->kafka`; its client id is the caller's name. */
  client(caller: string, config?: Partial<KafkaConfig>): Kafka;
  makeTopic(topic: string, partitions?: number): Promise<void>;
  /** Arms a rule on the edge of `caller`; disarmed by whoever wants, or with the wire. */
  arm(id: string, caller: string, action: WireAction, trigger?: object): Promise<void>;
  records(): Promise<readonly HistoryRecord[]>;
  /** Messages of that action on the topic, once there are `atLeast` of them. */
  messages(action: MessageRecord['action'], topic: string, atLeast: number): Promise<MessageRecord[]>;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const TOKEN = 'test-token';

export async function startWiredBroker(callers: readonly string[]): Promise<WiredBroker> {
  const broker = await startBroker();
  const ports = await freePorts(callers.length);
  const edges = callers.map((caller, index): WireEdge => {
    const listen = { listenHost: HOST, listenPort: ports[index] as number };
    const upstream = { upstreamHost: HOST, upstreamPort: broker.port };
    return { id: `${caller}->kafka`, caller, callee: 'kafka', protocol: 'kafka', ...listen, ...upstream };
  });
  const wire = await startWire({ controlPort: 0, token: TOKEN, edges });
  const control = wireClient(wire.url, TOKEN);
  const portOf = (caller: string) => edges.find((edge) => edge.caller === caller)?.listenPort;
  const records = async () => (await control.records()).records;

  return {
    control,
    edges,
    brokerPort: broker.port,
    records,
    client: (caller, config) => quietClient(caller, `${HOST}:${portOf(caller)}`, config),
    async makeTopic(topic, partitions = 1) {
      const admin = quietClient('admin', `${HOST}:${broker.port}`).admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true });
      await admin.disconnect();
    },
    arm: (id, caller, action, trigger = {}) => control.arm({ id, edge: `${caller}->kafka`, trigger, action }),
    messages: (action, topic, atLeast) =>
      waitFor(
        async () => {
          const found = (await records()).filter(
            (record): record is MessageRecord =>
              record.type === 'message' && record.action === action && record.topic === topic,
          );
          return found.length >= atLeast ? found : undefined;
        },
        { what: `${atLeast} ${action} records of ${topic}`, deadlineMs: 8_000 },
      ),
    async stop() {
      await wire.close();
      await broker.stop();
    },
  };
}

async function startBroker(): Promise<{ port: number; stop(): Promise<void> }> {
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
function quietClient(clientId: string, broker: string, config: Partial<KafkaConfig> = {}): Kafka {
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
