/** Kafka faults that one reader or one group feels, with kafkajs on a real broker: injected, hit, healed. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../../../harness/core/index.ts';
import { type Clients, clientsOf } from './clients.ts';
import { startWiredBroker, type WiredBroker } from './wired-broker.ts';

const CASE = '00000000000000bb';
let lab: WiredBroker;
let clients: Clients;

beforeAll(async () => {
  lab = await startWiredBroker(['order', 'payment']);
  clients = clientsOf(lab);
}, 120_000);
afterEach(async () => {
  for (const { id } of await lab.control.rules()) await lab.control.disarm(id);
  await clients.close();
});
afterAll(() => lab?.stop());

async function send(topic: string, values: readonly string[], key = 'k', headers = {}) {
  const { send: put } = await clients.producer();
  for (const value of values) await put({ topic, messages: [{ key, value, headers }] });
}

const hits = async (id: string) => (await lab.control.hits(id)).hits;
const untilHit = (id: string, atLeast = 1) =>
  waitFor(async () => ((await hits(id)) >= atLeast ? true : undefined), {
    what: `${atLeast} hits of ${id}`,
    deadlineMs: 8_000,
  });

test('a topic withheld from one group reaches the other; after the heal nothing is missing', async () => {
  await lab.makeTopic('withheld');
  const mine = await clients.reader('withheld', { group: 'mine' });
  const other = await clients.reader('withheld', { group: 'other', caller: 'order' });
  await lab.arm('w', 'payment', { do: 'kafka-withhold' }, { topic: 'withheld', group: 'mine' });
  await send('withheld', ['a', 'b', 'c']);
  expect(await other.has(3)).toEqual(['0:a', '1:b', '2:c']);
  await untilHit('w');
  expect(mine.seen).toEqual([]);
  await lab.control.disarm('w');
  expect(await mine.has(3)).toEqual(['0:a', '1:b', '2:c']);
  expect(await lab.messages('delivered', 'withheld', 6)).toHaveLength(6);
});

test('a record is overtaken by the one behind it, for this reader alone; both keep their place for all others', async () => {
  await lab.makeTopic('overtaken');
  const mine = await clients.reader('overtaken', { group: 'mine' });
  const other = await clients.reader('overtaken', { group: 'other', caller: 'order' });
  await lab.arm('o', 'payment', { do: 'kafka-overtake' }, { topic: 'overtaken', nth: 2, times: 1 });
  await send('overtaken', ['a', 'b']);
  expect(await other.has(2)).toEqual(['0:a', '1:b']);
  expect(await mine.has(1)).toEqual(['0:a']);
  await send('overtaken', ['c', 'd']);
  expect(await mine.has(4)).toEqual(['0:a', '1:c', '2:b', '3:d']);
  expect(await other.has(4)).toEqual(['0:a', '1:b', '2:c', '3:d']);
  expect(await hits('o')).toBe(1);
});

test('a record that waits to be overtaken comes when the fault is healed, and is no hit', async () => {
  await lab.makeTopic('waiting');
  const mine = await clients.reader('waiting');
  await lab.arm('o', 'payment', { do: 'kafka-overtake', sameKey: true }, { topic: 'waiting', times: 1 });
  await send('waiting', ['a'], 'one');
  await send('waiting', ['b'], 'two');
  expect(await lab.messages('produced', 'waiting', 2)).toHaveLength(2);
  expect(await lab.control.disarm('o')).toMatchObject({ hits: 0 });
  expect(await mine.has(2)).toEqual(['0:a', '1:b']);
});

test('a poison record stands behind the one it was chosen by, with its key and its case', async () => {
  await lab.makeTopic('poison');
  const headers = { traceparent: `00-${CASE}0123456789abcdef-00f067aa0ba902b7-01`, 'event-type': 'order.placed' };
  await lab.arm('p', 'order', { do: 'kafka-poison', value: '{no json' }, { topic: 'poison', case: CASE, times: 1 });
  await send('poison', ['a', 'b'], 'k', headers);
  expect(await (await clients.reader('poison')).has(3)).toEqual(['0:a', '1:{no json', '2:b']);
  expect(await hits('p')).toBe(1);
  const poison = (await lab.messages('produced', 'poison', 3)).find(({ fault }) => fault === 'p');
  expect(poison).toMatchObject({ case: CASE, key: 'k', offset: 1 });
});

test('heartbeats that fail make the member join again and again; it reads on, and stays once that is over', async () => {
  await lab.makeTopic('storm');
  const mine = await clients.reader('storm');
  await send('storm', ['a']);
  await mine.has(1);
  let joins = 0;
  mine.consumer.on('consumer.group_join', () => joins++);
  await lab.arm('s', 'payment', { do: 'kafka-group-refused', error: 27 }, { operation: 'Heartbeat', group: 'storm' });
  await untilHit('s', 3);
  await lab.control.disarm('s');
  await send('storm', ['b']);
  expect(await mine.has(2)).toEqual(['0:a', '1:b']);
  expect(joins).toBeGreaterThanOrEqual(2);
});

test('a coordinator that is not available keeps a group from joining; it joins once that is over', async () => {
  await lab.makeTopic('away');
  await lab.arm('c', 'payment', { do: 'kafka-group-refused', error: 15 });
  await send('away', ['a']);
  const joining = clients.reader('away');
  await untilHit('c', 2);
  const seenBefore = await lab.records();
  expect(seenBefore.some((record) => record.type === 'exchange' && record.status === 15 && !record.forwarded)).toBe(
    true,
  );
  await lab.control.disarm('c');
  expect(await (await joining).has(1)).toEqual(['0:a']);
});

test('offsets set back: the group reads again what it had committed', async () => {
  await lab.makeTopic('back');
  const mine = await clients.reader('back');
  await send('back', ['a', 'b', 'c']);
  await mine.has(3);
  await waitFor(
    async () => (await lab.control.offsets()).find(({ topic, committed }) => topic === 'back' && committed === 3),
    {
      what: 'the commit of all three',
      deadlineMs: 8_000,
    },
  );
  await lab.arm('r', 'payment', { do: 'kafka-rewind', records: 2 }, { group: 'back', times: 1 });
  expect(await mine.has(5)).toEqual(['0:a', '1:b', '2:c', '1:b', '2:c']);
  expect(await lab.control.disarm('r')).toMatchObject({ hits: 1 });
});

test('a refused produce is not stored, and the producer hears the error it was given', async () => {
  await lab.makeTopic('refused');
  await lab.arm('n', 'order', { do: 'kafka-refuse', error: 29 }, { topic: 'refused', times: 1 });
  await expect(send('refused', ['a'])).rejects.toThrow(/authorized/i);
  await send('refused', ['b']);
  expect(await (await clients.reader('refused')).has(1)).toEqual(['0:b']);
  expect(await hits('n')).toBe(1);
});
