/** Each Kafka fault of the wire, shown with kafkajs on a real broker: what the services see, and that the hit is counted. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../../../harness/core/index.ts';
import { type Clients, clientsOf } from './clients.ts';
import { startWiredBroker, type WiredBroker } from './wired-broker.ts';

const CASE = '00000000000000bb';
const OTHER = '00000000000000cc';
let lab: WiredBroker;
let clients: Clients;
const producer: Clients['producer'] = (...args) => clients.producer(...args);
const reader: Clients['reader'] = (...args) => clients.reader(...args);

beforeAll(async () => {
  lab = await startWiredBroker(['order', 'payment']);
  clients = clientsOf(lab);
}, 120_000);
afterEach(async () => {
  await clients.close();
  for (const { id } of await lab.control.rules()) await lab.control.disarm(id);
});
afterAll(() => lab?.stop());

const of = (caseId: string) => ({ traceparent: `00-${caseId}0123456789abcdef-00f067aa0ba902b7-01` });

test('a lost produce acknowledgement leaves the record twice on the topic when the producer is not idempotent', async () => {
  await lab.makeTopic('ack-lost');
  await lab.arm('ack-1', 'order', { do: 'kafka-ack-lost' }, { operation: 'Produce', topic: 'ack-lost', times: 1 });
  const { send } = await producer();
  await send({ topic: 'ack-lost', messages: [{ value: 'a' }] });
  expect(await (await reader('ack-lost')).has(2)).toEqual(['0:a', '1:a']);
  expect((await lab.control.hits('ack-1')).hits).toBe(1);
  const produced = await lab.messages('produced', 'ack-lost', 2);
  expect(produced.map(({ offset, fault }) => [offset, fault])).toEqual([
    [0, 'ack-1'],
    [1, undefined],
  ]);
});

test('a lost produce acknowledgement leaves it once when the producer is idempotent', async () => {
  await lab.makeTopic('ack-idem');
  await lab.arm('ack-2', 'order', { do: 'kafka-ack-lost' }, { topic: 'ack-idem', times: 1 });
  const { send } = await producer({ idempotent: true, maxInFlightRequests: 1 });
  await send({ topic: 'ack-idem', messages: [{ value: 'a' }] });
  await send({ topic: 'ack-idem', messages: [{ value: 'b' }] });
  expect(await (await reader('ack-idem')).has(2)).toEqual(['0:a', '1:b']);
  expect((await lab.control.hits('ack-2')).hits).toBe(1);
});

test('a refused produce never reaches the topic', async () => {
  await lab.makeTopic('refused');
  await lab.arm('refuse', 'order', { do: 'kafka-refuse', error: 10 }, { topic: 'refused', key: 'bad' });
  const { send } = await producer({}, 0);
  await expect(send({ topic: 'refused', messages: [{ key: 'bad', value: 'x' }] })).rejects.toThrow();
  await send({ topic: 'refused', messages: [{ key: 'good', value: 'y' }] });
  expect(await (await reader('refused')).has(1)).toEqual(['0:y']);
  const refused = (await lab.records()).find((record) => record.type === 'exchange' && record.fault === 'refuse');
  expect(refused).toMatchObject({
    operation: 'Produce',
    status: 10,
    forwarded: false,
    key: 'bad',
    outcome: 'answered',
  });
});

test('a refused commit makes an auto-committing consumer read the record again', async () => {
  await lab.makeTopic('commit-auto');
  await lab.arm(
    'commit-1',
    'payment',
    { do: 'kafka-commit-refused', error: 27 },
    { group: 'commit-auto', operation: 'OffsetCommit', times: 1 },
  );
  const { send } = await producer();
  await send({ topic: 'commit-auto', messages: [{ value: 'a' }] });
  expect(await (await reader('commit-auto')).has(2)).toEqual(['0:a', '0:a']);
  expect((await lab.control.hits('commit-1')).hits).toBe(1);
});

test('a refused commit inside a batch makes a consumer with its own commits read the batch again', async () => {
  await lab.makeTopic('commit-batch');
  const action = { do: 'kafka-commit-refused', error: 27 } as const;
  await lab.arm('commit-3', 'payment', action, { operation: 'OffsetCommit', topic: 'commit-batch', times: 1 });
  const { send } = await producer();
  await send({ topic: 'commit-batch', messages: [{ value: 'a' }] });
  const consumer = lab.client('payment').consumer({ groupId: 'commit-batch', maxWaitTimeInMs: 100 });
  clients.onClose(() => consumer.disconnect());
  const seen: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: ['commit-batch'], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary, uncommittedOffsets }) => {
      for (const { offset, value } of batch.messages) {
        seen.push(`${offset}:${value}`);
        resolveOffset(offset);
      }
      await commitOffsetsIfNecessary(uncommittedOffsets());
    },
  });
  await lab.messages('committed', 'commit-batch', 1);
  expect(seen).toEqual(['0:a', '0:a']);
});

test('a commit swallowed before a failed heartbeat makes a consumer with its own commits read the record again', async () => {
  await lab.makeTopic('commit-own');
  const action = { do: 'kafka-commit-refused', error: 27, via: 'heartbeat' } as const;
  await lab.arm('commit-2', 'payment', action, { operation: 'OffsetCommit', topic: 'commit-own', times: 1 });
  const { send } = await producer();
  await send({ topic: 'commit-own', messages: [{ value: 'a' }] });
  const { has } = await reader('commit-own', {
    autoCommit: false,
    onMessage: ({ topic, partition, message }, consumer) =>
      consumer.commitOffsets([{ topic, partition, offset: String(Number(message.offset) + 1) }]),
  });
  expect(await has(2)).toEqual(['0:a', '0:a']);
  expect((await lab.control.hits('commit-2')).hits).toBe(1);
});

test('a copied record stands twice on the topic, at two offsets, and only the record of the chosen case is copied', async () => {
  await lab.makeTopic('copied');
  await lab.arm('copy', 'order', { do: 'kafka-copy' }, { operation: 'Produce', case: CASE });
  const { send } = await producer();
  await send({
    topic: 'copied',
    messages: [
      { key: 'k1', value: 'mine', headers: of(CASE) },
      { key: 'k2', value: 'theirs', headers: of(OTHER) },
    ],
  });
  const headers: unknown[] = [];
  const { has } = await reader('copied', {
    onMessage: async ({ message }) => void headers.push([String(message.key), String(message.headers?.traceparent)]),
  });
  expect(await has(3)).toEqual(['0:mine', '1:theirs', '2:mine']);
  expect(headers[2]).toEqual(headers[0]);
  expect((await lab.control.hits('copy')).hits).toBe(1);
  const produced = await lab.messages('produced', 'copied', 3);
  expect(produced.find(({ fault }) => fault === 'copy')).toMatchObject({ case: CASE, key: 'k1', offset: 2 });
});

test('a repeated batch reaches one group twice with the same offset, and another group once', async () => {
  await lab.makeTopic('repeated');
  await lab.arm('repeat', 'payment', { do: 'kafka-repeat' }, { operation: 'Fetch', key: 'k', group: 'one', times: 1 });
  const { send } = await producer();
  await send({ topic: 'repeated', messages: [{ key: 'k', value: 'a' }] });
  const one = await reader('repeated', { group: 'one' });
  expect(await one.has(2)).toEqual(['0:a', '0:a']);
  await send({ topic: 'repeated', messages: [{ key: 'k', value: 'b' }] });
  expect(await one.has(3)).toEqual(['0:a', '0:a', '1:b']);
  expect((await lab.control.hits('repeat')).hits).toBe(1);
  const two = await reader('repeated', { group: 'two', caller: 'order' });
  expect(await two.has(2)).toEqual(['0:a', '1:b']);
  const delivered = await lab.messages('delivered', 'repeated', 5);
  expect(delivered.filter(({ group }) => group === 'one').map(({ offset, fault }) => [offset, fault])).toEqual([
    [0, undefined],
    [0, 'repeat'],
    [1, undefined],
  ]);
});

test('a delayed produce is slow, others are not', async () => {
  await lab.makeTopic('delayed');
  await lab.arm('slow', 'order', { do: 'delay', delayMs: 800 }, { operation: 'Produce', case: CASE });
  const { send } = await producer();
  const took = async (headers: Record<string, string>) => {
    const from = performance.now();
    await send({ topic: 'delayed', messages: [{ value: 'a', headers }] });
    return performance.now() - from;
  };
  await took(of(OTHER));
  expect(await took(of(CASE))).toBeGreaterThan(790);
  expect(await took(of(OTHER))).toBeLessThan(700);
});

test('a produce that is reset before the broker sees it is tried again and stands once', async () => {
  await lab.makeTopic('reset');
  await lab.arm('cut', 'order', { do: 'reset' }, { operation: 'Produce', topic: 'reset', times: 1 });
  const { send } = await producer();
  await send({ topic: 'reset', messages: [{ value: 'a' }] });
  expect(await (await reader('reset')).has(1)).toEqual(['0:a']);
  expect((await lab.messages('produced', 'reset', 1)).length).toBe(1);
  expect((await lab.control.hits('cut')).hits).toBe(1);
});

test('a held produce goes on when it is released', async () => {
  await lab.makeTopic('held');
  await lab.arm('hold', 'order', { do: 'hold' }, { operation: 'Produce', topic: 'held', times: 1 });
  const { send } = await producer();
  const sent = send({ topic: 'held', messages: [{ value: 'a' }] });
  const held = await lab.control.nextHeld('hold', 5_000);
  expect(held.operation).toBe('Produce');
  await lab.control.release(held.token, 'forward');
  await sent;
  expect(await (await reader('held')).has(1)).toEqual(['0:a']);
});

test('a process killed at its offset commit is given the record again as soon as it is back', async () => {
  await lab.makeTopic('crash');
  await lab.arm('crash', 'payment', { do: 'hold' }, { operation: 'OffsetCommit', topic: 'crash', times: 1 });
  const { send } = await producer();
  const first = consumerProcess('crash');
  await send({ topic: 'crash', messages: [{ value: 'a', headers: of(CASE) }] });
  const held = await lab.control.nextHeld('crash', 8_000);
  expect(held).toMatchObject({ operation: 'OffsetCommit', case: CASE });
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  expect(first.seen).toEqual(['0:a']);

  await lab.control.release(held.token, 'drop', { leaveGroup: true });
  const from = performance.now();
  const second = consumerProcess('crash');
  await waitFor(() => (second.seen.length > 0 ? true : undefined), { what: 'the redelivery', deadlineMs: 8_000 });
  expect(second.seen).toEqual(['0:a']);
  // Without LeaveGroup in its name the dead member would block the group for its session time-out of 10 s.
  expect(performance.now() - from).toBeLessThan(5_000);
  const dropped = (await lab.records()).find((record) => record.type === 'exchange' && record.fault === 'crash');
  expect(dropped).toMatchObject({ operation: 'OffsetCommit', forwarded: false, outcome: 'gave-up', case: CASE });
});

function consumerProcess(topic: string): { child: ChildProcess; seen: string[] } {
  const script = fileURLToPath(new URL('./crash-consumer.ts', import.meta.url));
  const address = `127.0.0.1:${lab.edges.find(({ caller }) => caller === 'payment')?.listenPort}`;
  const child = spawn(process.execPath, ['--no-warnings', script, address, topic, topic], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const seen: string[] = [];
  child.stdout.on('data', (bytes: Buffer) => seen.push(...String(bytes).trim().split('\n')));
  clients.onClose(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  return { child, seen };
}
