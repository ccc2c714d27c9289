/** kafkajs against a real broker through the real wire: every client stays on its edge, everything is recorded. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ExchangeRecord, waitFor } from '../../../../harness/core/index.ts';
import { startWiredBroker, type WiredBroker } from './wired-broker.ts';

const CASE = '00000000000000aa';
const TRACE = `${CASE}0123456789abcdef`;
let lab: WiredBroker;

beforeAll(async () => {
  lab = await startWiredBroker(['order', 'payment']);
}, 120_000);
afterAll(() => lab?.stop());

test('a client learns no address but that of its edge', async () => {
  const admin = lab.client('order').admin();
  await admin.connect();
  const { brokers } = await admin.describeCluster();
  await admin.disconnect();
  expect(brokers.map(({ host, port }) => ({ host, port }))).toEqual([
    { host: '127.0.0.1', port: lab.edges[0]?.listenPort },
  ]);
});

test('records are recorded where they are produced, delivered and committed, with their case', async () => {
  await lab.makeTopic('recorded', 1);
  const producer = lab.client('order').producer();
  const consumer = lab.client('payment').consumer({ groupId: 'payment', heartbeatInterval: 300, maxWaitTimeInMs: 100 });
  await Promise.all([producer.connect(), consumer.connect()]);
  const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, type: 'order.placed', authorization: 'Bearer x' };
  await producer.send({ topic: 'recorded', messages: [{ key: 'order-1', value: '{"a":1}', headers }] });
  await consumer.subscribe({ topics: ['recorded'], fromBeginning: true });
  await consumer.run({ eachMessage: async () => undefined });

  const [produced] = await lab.messages('produced', 'recorded', 1);
  const [delivered] = await lab.messages('delivered', 'recorded', 1);
  const [committed] = await lab.messages('committed', 'recorded', 1);
  const common = { case: CASE, trace: TRACE, topic: 'recorded', partition: 0, key: 'order-1' };
  expect(produced).toMatchObject({ ...common, edge: 'order->kafka', offset: 0 });
  expect(produced?.headers).toMatchObject({ type: 'order.placed', authorization: '[redacted]' });
  expect(delivered).toMatchObject({ ...common, edge: 'payment->kafka', offset: 0, group: 'payment' });
  expect(committed).toMatchObject({ ...common, edge: 'payment->kafka', offset: 1, group: 'payment' });
  expect(await lab.control.offsets()).toContainEqual(
    expect.objectContaining({ group: 'payment', topic: 'recorded', partition: 0, end: 1, committed: 1 }),
  );
  const exchanges = (await lab.records()).filter((record): record is ExchangeRecord => record.type === 'exchange');
  const commit = exchanges.find(({ operation }) => operation === 'OffsetCommit');
  expect(commit).toMatchObject({ case: CASE, outcome: 'answered', forwarded: true, protocol: 'kafka' });
  const produce = exchanges.find(({ operation }) => operation === 'Produce');
  expect(produce).toMatchObject({ case: CASE, key: 'order-1', acks: -1, outcome: 'answered' });
  await Promise.all([producer.disconnect(), consumer.disconnect()]);
});

test('a group that looked and left without a commit is behind on nothing, and so is one that was deleted', async () => {
  await lab.makeTopic('looked', 1);
  const producer = lab.client('order').producer();
  await producer.connect();
  await producer.send({ topic: 'looked', messages: [{ value: 'one' }] });
  const rows = async (name: string) => (await lab.control.offsets()).filter(({ group }) => group === name);
  const look = async (groupId: string, autoCommit: boolean) => {
    const consumer = lab.client('payment').consumer({ groupId, maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topics: ['looked'], fromBeginning: true });
    const seen = Promise.withResolvers<void>();
    await consumer.run({ autoCommit, eachMessage: async () => seen.resolve() });
    await seen.promise;
    expect(await rows(groupId)).toHaveLength(1);
    await consumer.disconnect();
  };
  await look('passing-by', false);
  expect(await rows('passing-by')).toEqual([]);
  await look('staying', true);
  expect(await rows('staying')).toHaveLength(1);
  const admin = lab.client('payment').admin();
  await admin.connect();
  await admin.deleteGroups(['staying']);
  expect(await rows('staying')).toEqual([]);
  await Promise.all([producer.disconnect(), admin.disconnect()]);
});

test('lag is seen while a group stands still', async () => {
  await lab.makeTopic('lagging', 1);
  const producer = lab.client('order').producer();
  const consumer = lab.client('payment').consumer({ groupId: 'lagging', heartbeatInterval: 300, maxWaitTimeInMs: 100 });
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topics: ['lagging'], fromBeginning: true });
  await consumer.run({ eachMessage: async () => undefined });
  const send = (value: string) => producer.send({ topic: 'lagging', messages: [{ value }] });
  await send('one');
  const rowOf = async () => (await lab.control.offsets()).find(({ group }) => group === 'lagging');
  await waitFor(async () => ((await rowOf())?.committed === 1 ? true : undefined), {
    what: 'the commit',
    deadlineMs: 8_000,
    lastSeen: () => 'none',
  });
  await consumer.stop();
  await send('two');
  expect(await rowOf()).toMatchObject({ end: 2, committed: 1 });
  await Promise.all([producer.disconnect(), consumer.disconnect()]);
});
