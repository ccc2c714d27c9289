/** A real broker behind a real wire, for tests: one edge per client service, everything on free ports, everything stopped at the end. */
import type { Kafka, KafkaConfig } from 'kafkajs';
import {
  type HistoryRecord,
  type MessageRecord,
  type WireAction,
  type WireControl,
  waitFor,
} from '../../../../harness/core/index.ts';
import { startWire, type WireEdge, wireClient } from '../../../../harness/wire/index.ts';
import { freePorts, HOST, quietClient, startBroker } from './broker.ts';

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
