/** What a fresh broker is put through while its template and its class archive are made. */
import { HarnessError } from '../core/index.ts';

export interface FreshBroker {
  readonly address: string;
  /** Settles when the broker has ended, which it should not. */
  readonly ended: Promise<number>;
  tail(): string;
}

const READY_WITHIN_MS = 90_000;

/** Asking for any group's coordinator makes the broker create `__consumer_offsets`. */
export async function makeOffsetsTopic(broker: FreshBroker): Promise<void> {
  const kafka = await client(broker);
  const admin = kafka.admin();
  await unlessEnded(broker, async () => {
    await admin.connect();
    await admin.describeGroups(['faultline-template']);
    await admin.disconnect();
  });
}

/** One topic, one produced record, one group that reads it: so the archive holds the classes of a real start. */
export async function exerciseBroker(broker: FreshBroker): Promise<void> {
  const kafka = await client(broker);
  await unlessEnded(broker, async () => {
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'warm-up', numPartitions: 3 }], waitForLeaders: true });
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    const consumer = kafka.consumer({ groupId: 'warm-up' });
    await Promise.all([producer.connect(), consumer.connect()]);
    await consumer.subscribe({ topics: ['warm-up'], fromBeginning: true });
    const seen = new Promise<void>((resolve, reject) => {
      consumer.run({ eachMessage: async () => resolve() }).catch(reject);
    });
    await producer.send({ topic: 'warm-up', messages: [{ key: 'k', value: 'v', headers: { h: '1' } }] });
    await seen;
    await Promise.all([consumer.disconnect(), producer.disconnect(), admin.disconnect()]);
  });
}

async function client(broker: FreshBroker) {
  const { Kafka, logLevel } = await import('kafkajs');
  return new Kafka({
    clientId: 'faultline-setup',
    brokers: [broker.address],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    retry: { initialRetryTime: 50, multiplier: 1.2, maxRetryTime: 200, retries: READY_WITHIN_MS / 200 },
  });
}

/** Runs `work`; throws `tool-broken` with what the broker said where it ends before, or the work fails. */
async function unlessEnded(broker: FreshBroker, work: () => Promise<void>): Promise<void> {
  const ended = broker.ended.then((code) => {
    throw brokerTrouble(`the broker ended with ${code}`, broker);
  });
  const worked = work().catch((error: unknown) => {
    throw brokerTrouble(error instanceof Error ? error.message : String(error), broker);
  });
  await Promise.race([worked, ended]);
}

function brokerTrouble(what: string, broker: FreshBroker): HarnessError {
  return new HarnessError({
    code: 'tool-broken',
    message: `a Kafka broker could not be prepared: ${what}\n${broker.tail()}`,
    hint: 'see what the broker says above; java -version shows which Java runs it.',
  });
}
