/** The outbox relay: nothing lost, order kept, rows gone only once the broker has acknowledged. */
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../../harness/core/index.ts';
import type { Database } from '../../../services-under-test/kit/database.ts';
import type { OutgoingMessage, Publisher } from '../../../services-under-test/kit/kafka.ts';
import { messageOf, type OutboxRow } from '../../../services-under-test/kit/outbox.ts';
import { type OutboxRelay, startRelay } from '../../../services-under-test/kit/outbox-relay.ts';
import { quietLog } from './upstream.ts';

function row(id: number): OutboxRow {
  return {
    ...{ id, event_id: `event-${id}`, topic: 'order.events', key: 'o-1', type: 'order.placed' },
    ...{ data: `{"number":${id}}`, traceparent: 'tp', correlation_id: 'corr', at: 5 },
  };
}

/** A table and a broker in memory, each of which can be away. */
function world(rows: OutboxRow[] = []) {
  const table = new Map(rows.map((one) => [one.id, one]));
  const sent: string[] = [];
  const state = { brokerAway: false, databaseAway: false, table, sent };
  const database = {
    async run(statement: { readonly text: string }, values: readonly unknown[]) {
      await systemClock.delay(1);
      if (state.databaseAway) throw new Error('the database is away');
      if (statement.text.startsWith('delete')) for (const id of values[0] as number[]) table.delete(id);
      else return [...table.values()];
      return [];
    },
  } as unknown as Database;
  const publisher: Publisher = {
    async publish(messages: readonly OutgoingMessage[]) {
      await systemClock.delay(1);
      if (state.brokerAway) throw new Error('the broker is away');
      sent.push(...messages.map(({ headers }) => headers['event-id'] ?? ''));
    },
    close: async () => undefined,
  };
  return { state, options: { database, publisher, log: quietLog, lookEveryMs: 30 } };
}

let relay: OutboxRelay | undefined;
afterEach(() => relay?.stop());

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition() && tries < 300; tries++) await systemClock.delay(5);
  expect(condition()).toBe(true);
}

test('a row becomes a record with its key, headers and the data as it stands', () => {
  const message = messageOf(row(7));
  expect(message).toMatchObject({ topic: 'order.events', key: 'o-1' });
  expect(message.headers).toEqual({
    type: 'order.placed',
    'event-id': 'event-7',
    traceparent: 'tp',
    'correlation-id': 'corr',
  });
  expect(JSON.parse(message.value)).toEqual({
    eventId: 'event-7',
    type: 'order.placed',
    orderId: 'o-1',
    at: 5,
    data: { number: 7 },
  });
});

test('rows left by an earlier life are sent at start, in order, and removed', async () => {
  const { state, options } = world([row(1), row(2), row(3)]);
  relay = startRelay(options);
  await until(() => state.table.size === 0);
  expect(state.sent).toEqual(['event-1', 'event-2', 'event-3']);
});

test('a row that is told of and found as well is sent once', async () => {
  const { state, options } = world();
  relay = startRelay(options);
  for (let id = 1; id <= 20; id++) {
    state.table.set(id, row(id));
    relay.wake([row(id)]);
    await systemClock.delay(4);
  }
  await until(() => state.table.size === 0);
  expect(state.sent).toEqual(Array.from({ length: 20 }, (_, index) => `event-${index + 1}`));
});

test('while the broker is away rows stay in the table, and leave in order when it is back', async () => {
  const { state, options } = world();
  state.brokerAway = true;
  relay = startRelay(options);
  for (const one of [row(1), row(2)]) {
    state.table.set(one.id, one);
    relay.wake([one]);
  }
  await systemClock.delay(120);
  expect(state.table.size).toBe(2);
  state.brokerAway = false;
  await until(() => state.table.size === 0);
  expect(state.sent).toEqual(['event-1', 'event-2']);
});

test('a sent row that cannot be removed is not sent again, and is removed later', async () => {
  const { state, options } = world();
  relay = startRelay(options);
  await systemClock.delay(10);
  state.table.set(1, row(1));
  relay.wake([row(1)]);
  await until(() => state.sent.length === 1);
  state.databaseAway = true;
  await systemClock.delay(150);
  state.databaseAway = false;
  await until(() => state.table.size === 0);
  expect(state.sent).toEqual(['event-1']);
});

test('a relay that stops removes what was acknowledged', async () => {
  const { state, options } = world();
  const short = startRelay(options);
  state.table.set(1, row(1));
  short.wake([row(1)]);
  await until(() => state.sent.length === 1);
  await short.stop();
  expect(state.table.size).toBe(0);
});

test('a relay that stops while the database is away ends, and leaves the row to its next life', async () => {
  const { state, options } = world();
  const short = startRelay(options);
  await systemClock.delay(10);
  state.table.set(1, row(1));
  short.wake([row(1)]);
  await until(() => state.sent.length === 1);
  state.databaseAway = true;
  await short.stop();
  expect(state.table.size).toBe(1);
});

test('an order alone never waits; when much is sent, rows that come close together leave together', async () => {
  // The moment in which so many orders leave does not pass, however busy the machine is.
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const requests: number[] = [];
  const { options } = world();
  const publisher: Publisher = {
    publish: async (messages) => void requests.push(messages.length),
    close: async () => undefined,
  };
  relay = startRelay({ ...options, publisher });
  const told = (id: number, key: string) => relay?.wake([{ ...row(id), key }]);
  for (let id = 1; id <= 4; id++) {
    told(id, 'o-1');
    expect(requests).toHaveLength(id);
    await systemClock.delay(1);
  }
  told(5, 'o-2');
  told(6, 'o-3');
  await until(() => requests.reduce((sum, count) => sum + count, 0) === 6);
  const before = requests.length;
  told(7, 'o-4');
  await systemClock.delay(1);
  told(8, 'o-5');
  await until(() => requests.length > before);
  expect(requests.slice(before)).toEqual([2]);
});
