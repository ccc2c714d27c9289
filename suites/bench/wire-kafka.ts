/** What the wire adds to a Kafka round trip: from `send` to the consumer's handler, through the wire's own process and without it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Kafka } from 'kafkajs';
import type { WireEdge } from '../../harness/wire/index.ts';
import { freePorts, HOST, quietClient, startBroker } from '../unit/wire/kafka/broker.ts';
import type { BenchRow } from './bench.ts';

const ROUNDS = 5;
const TRIPS_A_ROUND = 100;
const WARM_UP_TRIPS = 150;
const TARGET_MS = 0.5;
const VALUE = 'x'.repeat(300);
const HEADERS = { traceparent: '00-00000000000000aa0123456789abcdef-00f067aa0ba902b7-01', type: 'order.placed' };

export default async function wireKafka(): Promise<BenchRow[]> {
  const broker = await startBroker();
  const [listenPort = 0] = await freePorts(1);
  const edge: WireEdge = {
    id: 'bench->kafka',
    caller: 'bench',
    callee: 'kafka',
    protocol: 'kafka',
    listenHost: HOST,
    listenPort,
    upstreamHost: HOST,
    upstreamPort: broker.port,
  };
  const wire = await startWireProcess(edge);
  const direct = await roundTrip(quietClient('direct', `${HOST}:${broker.port}`), 'bench-direct');
  const wired = await roundTrip(quietClient('wired', `${HOST}:${listenPort}`), 'bench-wired');
  try {
    const added: number[] = [];
    const through: number[] = [];
    await bothInTurns(direct, wired, WARM_UP_TRIPS);
    for (let round = 0; round < ROUNDS; round++) {
      const [without, withWire] = await bothInTurns(direct, wired, TRIPS_A_ROUND);
      added.push(withWire - without);
      through.push(withWire);
    }
    const value = median(added);
    return [
      { name: 'kafka round trip through the wire, p50', unit: 'ms', value: median(through), spread: extremes(through) },
      {
        name: 'added by the wire to a kafka round trip, p50',
        unit: 'ms',
        value,
        spread: extremes(added),
        target: `under ${TARGET_MS}`,
        ok: value < TARGET_MS,
      },
    ];
  } finally {
    await Promise.all([direct.close(), wired.close()]);
    await wire.stop();
    await broker.stop();
  }
}

interface RoundTrip {
  /** One record there and back, in ms. */
  trip(): Promise<number>;
  close(): Promise<void>;
}

/** p50 of each, trip by trip in turns, so that both see the same machine. */
async function bothInTurns(direct: RoundTrip, wired: RoundTrip, trips: number): Promise<[number, number]> {
  const without: number[] = [];
  const withWire: number[] = [];
  for (let count = 0; count < trips; count++) {
    without.push(await direct.trip());
    withWire.push(await wired.trip());
  }
  return [median(without), median(withWire)];
}

async function roundTrip(kafka: Kafka, topic: string): Promise<RoundTrip> {
  const admin = kafka.admin();
  const producer = kafka.producer();
  const consumer = kafka.consumer({ groupId: topic, maxWaitTimeInMs: 100 });
  await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
  let arrived = (): void => undefined;
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ eachMessage: async () => arrived() });
  return {
    async trip() {
      const seen = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      const from = performance.now();
      await producer.send({ topic, messages: [{ key: 'order-1', value: VALUE, headers: HEADERS }] });
      await seen;
      return performance.now() - from;
    },
    async close() {
      await Promise.all([producer.disconnect(), consumer.disconnect()]);
    },
  };
}

async function startWireProcess(edge: WireEdge): Promise<{ stop(): Promise<void> }> {
  const main = fileURLToPath(new URL('../../harness/wire/main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', main], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.write(`${JSON.stringify({ controlPort: 0, token: 'bench', edges: [edge] })}\n`);
  await once(child.stdout, 'data');
  return {
    async stop() {
      const exit = once(child, 'exit');
      child.stdin.end();
      await exit;
    },
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function extremes(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
