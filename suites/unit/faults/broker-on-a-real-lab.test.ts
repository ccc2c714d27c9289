/** Every fault of Kafka, as a fault of a lab: injected, hit, healed and interrupted with real clients at a real broker. */
import { type Consumer, Kafka, logLevel, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FaultSpec, newTraceparent, seededRandom, systemClock, waitFor } from '../../../harness/core/index.ts';
import { APP, CASE, type LabInTest, labInTest } from './lab-in-test.ts';

const TOPIC = 'things';
/** Produces, and consumes. */
const WRITES = 'writer->broker';
const READS = 'reader->broker';
const random = seededRandom(6);

let rig: LabInTest;
let producer: Producer;
let consumer: Consumer;
/** Values in the order in which they were given to the reader. */
const read: string[] = [];
let joins = 0;

beforeAll(async () => {
  rig = await labInTest({
    name: 'broker-alone',
    services: { writer: APP, reader: APP },
    stores: {},
    brokers: { broker: { kind: 'kafka', topics: [{ name: TOPIC, partitions: 1 }] } },
    edges: [
      { caller: 'writer', callee: 'broker', protocol: 'kafka' },
      { caller: 'reader', callee: 'broker', protocol: 'kafka' },
    ],
    idle: [],
  });
  producer = clientOf('writer').producer({ idempotent: true, maxInFlightRequests: 1 });
  const timing = { heartbeatInterval: 150, sessionTimeout: 10_000, maxWaitTimeInMs: 50 };
  consumer = clientOf('reader').consumer({ groupId: 'reader', ...timing });
  consumer.on('consumer.group_join', () => joins++);
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => void read.push(String(message.value)),
  });
  await send('first');
  await reads('first');
}, 90_000);

afterAll(async () => {
  await Promise.all([producer?.disconnect(), consumer?.disconnect()]);
  await rig?.close();
});

function clientOf(service: string): Kafka {
  const { host, port } = rig.lab.address(service, 'broker');
  const retry = { initialRetryTime: 30, maxRetryTime: 150, retries: 30 };
  return new Kafka({ clientId: service, brokers: [`${host}:${port}`], logLevel: logLevel.NOTHING, retry });
}

async function send(value: string): Promise<number> {
  const from = systemClock.now();
  const headers = { traceparent: newTraceparent(CASE, random) };
  await producer.send({ topic: TOPIC, messages: [{ key: 'k', value, headers }] });
  return systemClock.now() - from;
}

const times = (value: string) => read.filter((one) => one === value).length;
const reads = (value: string, count = 1) =>
  waitFor(() => (times(value) >= count ? true : undefined), {
    what: `${value} to be read ${count} times`,
    deadlineMs: 8_000,
    lastSeen: () => read.slice(-6).join(' '),
  });
/** Whatever was broken, what is sent now is read. */
async function goesOn(): Promise<void> {
  const value = `on-${random.hex(6)}`;
  await send(value);
  await reads(value);
}

interface Shown {
  readonly spec: FaultSpec;
  readonly during: (value: string) => Promise<void>;
  readonly hits?: number;
}

const once = (operation?: string) => ({ times: 1, ...(operation === undefined ? {} : { operation }) });

const SHOWN: readonly Shown[] = [
  {
    spec: { fault: 'ack-lost', target: WRITES, trigger: once() },
    async during(value) {
      await send(value);
      await reads(value);
      // The producer is idempotent: the repetition is known to the broker.
      expect(times(value)).toBe(1);
    },
  },
  {
    spec: { fault: 'produce-refused', target: WRITES, options: { error: 29 }, trigger: once() },
    async during(value) {
      await expect(send(value)).rejects.toThrow(/authorized/i);
      await goesOn();
      expect(times(value)).toBe(0);
    },
  },
  {
    spec: { fault: 'produce-held', target: WRITES, options: { delayMs: 300 }, trigger: once() },
    async during(value) {
      expect(await send(value)).toBeGreaterThan(290);
      await reads(value);
    },
  },
  {
    spec: { fault: 'commit-refused', target: READS, trigger: once() },
    async during(value) {
      await send(value);
      await reads(value, 2);
    },
  },
  {
    spec: { fault: 'record-copied', target: WRITES, scope: 'case', trigger: once() },
    async during(value) {
      await send(value);
      await reads(value, 2);
    },
  },
  {
    spec: { fault: 'record-repeated', target: READS, trigger: once() },
    async during(value) {
      await send(value);
      // Clients pass over offsets they had: what counts is that the batch came twice.
      await reads(value);
    },
  },
  {
    spec: { fault: 'record-overtaken', target: READS, trigger: { topic: TOPIC, times: 1 } },
    async during(value) {
      await send(value);
      await send(`${value}-behind`);
      await reads(value);
      expect(read.slice(-2)).toEqual([`${value}-behind`, value]);
    },
  },
  {
    spec: { fault: 'poison-record', target: WRITES, options: { value: 'poison' }, trigger: once() },
    async during(value) {
      const before = times('poison');
      await send(value);
      await reads('poison', before + 1);
    },
  },
];

describe('on one record or request', () => {
  test.each(SHOWN.map((shown) => ({ name: shown.spec.fault, shown })))('$name', async ({ name, shown }) => {
    expect(await rig.withFault(shown.spec, () => shown.during(`value of ${name}`))).toBe(1);
    await goesOn();
  });
});

describe('as long as they are on', () => {
  test('a topic is withheld, and comes with the heal', async () => {
    const spec = { fault: 'topic-withheld', target: READS, trigger: { topic: TOPIC } };
    const hits = await rig.withFault(spec, async () => {
      await send('withheld');
      await send('withheld');
      await untilHit(1);
      expect(times('withheld')).toBe(0);
    });
    expect(hits).toBeGreaterThan(0);
    await reads('withheld', 2);
  });

  test('what is fetched comes late', async () => {
    const spec = { fault: 'slow-consumer', target: READS, options: { delayMs: 250 } };
    const hits = await rig.withFault(spec, async () => {
      const from = systemClock.now();
      await send('slow');
      await reads('slow');
      expect(systemClock.now() - from).toBeGreaterThan(240);
    });
    expect(hits).toBeGreaterThan(0);
  });

  test('the group joins anew again and again', async () => {
    const before = joins;
    const hits = await rig.withFault({ fault: 'rebalance-storm', target: READS }, () => untilHit(3));
    expect(hits).toBeGreaterThanOrEqual(3);
    await goesOn();
    expect(joins).toBeGreaterThan(before);
  });

  test('no coordinator is to be found, and the group is back with the heal', async () => {
    expect(await rig.withFault({ fault: 'coordinator-away', target: READS }, () => untilHit(2))).toBeGreaterThan(1);
    await goesOn();
  });

  test('offsets are set back, and what was committed is read again', async () => {
    await send('committed');
    await reads('committed');
    const spec = { fault: 'offsets-set-back', target: READS, options: { records: 1 }, trigger: { times: 1 } };
    expect(await rig.withFault(spec, () => reads('committed', 2).then(() => undefined))).toBe(1);
    await goesOn();
  });
});

/** As the records of the wire tell. */
async function untilHit(count: number): Promise<void> {
  const from = (await rig.lab.wire.records()).records.filter(isHit).length;
  const seen = async () => (await rig.lab.wire.records()).records.filter(isHit).length - from >= count || undefined;
  await waitFor(seen, { what: `${count} hits`, deadlineMs: 8_000 });
}

function isHit(record: { readonly type: string; readonly event?: string }): boolean {
  return record.type === 'fault' && record.event === 'hit';
}

const UNTOUCHED: readonly FaultSpec[] = [
  ...SHOWN.map(({ spec }) => spec),
  ...['topic-withheld', 'rebalance-storm', 'coordinator-away', 'offsets-set-back', 'slow-consumer'].map((fault) => ({
    fault,
    target: READS,
  })),
];

test.each(UNTOUCHED)('interrupted at once, $fault leaves nothing', async (spec) => {
  await rig.interrupt(spec);
  await goesOn();
});

test.each(['record-repeated', 'ack-lost', 'commit-refused'])(
  '%s acts on frames that carry several cases',
  async (fault) => {
    await expect(rig.interrupt({ fault, target: READS, scope: 'case' })).rejects.toMatchObject({
      code: 'fault-refused',
      message: expect.stringContaining('it cannot be scoped to a case'),
    });
  },
);
