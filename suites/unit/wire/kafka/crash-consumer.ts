/** A consumer process for the crash test: prints one line per message it was given, then commits it itself. Arguments: broker address, topic, group. */
import { Kafka, logLevel } from 'kafkajs';

const [address = '', topic = '', groupId = ''] = process.argv.slice(2);
const kafka = new Kafka({ clientId: 'payment', brokers: [address], logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({ groupId, sessionTimeout: 10_000, heartbeatInterval: 300, maxWaitTimeInMs: 100 });
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    process.stdout.write(`${message.offset}:${message.value}\n`);
  },
});
