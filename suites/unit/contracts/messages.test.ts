/** Gathering of records for message contracts: which record is taken, and what is said when none comes. */
import { expect, test } from 'vitest';
import type { Capture } from '../../../harness/contracts/capture.ts';
import { startGathering } from '../../../harness/contracts/messages.ts';
import { matches, selectorOf, type TopicRecord } from '../../../harness/contracts/metadata.ts';
import type { PlannedInteraction, ProviderPlan } from '../../../harness/contracts/plan.ts';
import { type StateHandlers, stateRunner } from '../../../harness/contracts/setup.ts';
import { HarnessError } from '../../../harness/core/index.ts';
import { tinyLab } from './tiny.ts';

const LABEL = 'mailer stock 1: stock.empty';

function record(key: string, type: string, value: string): TopicRecord {
  return {
    topic: 'stock.events',
    partition: 0,
    offset: '0',
    key,
    headers: { type, trace: 't' },
    value: Buffer.from(value),
  };
}

/** Records as a broker would hold them, taken by the real matching rule. */
function captureOf(records: readonly TopicRecord[]): Capture {
  return {
    find: async (selector) => {
      const found = records.find((one) => matches(one, selector));
      if (found === undefined) throw new HarnessError({ code: 'timed-out', message: 'waited 5 ms for a record' });
      return found;
    },
    close: async () => undefined,
  };
}

function planOf(metadata: Record<string, unknown>, rules: Record<string, unknown> = {}): ProviderPlan {
  const one: PlannedInteraction = {
    label: LABEL,
    kind: 'message',
    interaction: {
      type: 'Asynchronous/Messages',
      description: 'stock.empty',
      providerStates: [{ name: 'the last piece was sold', params: { product: 'p-1' } }],
      metadata,
      matchingRules: { metadata: rules },
    },
  };
  const pact = {
    consumer: { name: 'mailer' },
    provider: { name: 'stock' },
    interactions: [one.interaction],
    metadata: {},
  };
  return {
    provider: 'stock',
    pacts: [{ consumer: 'mailer', provider: 'stock', file: 'mailer-stock.json', pact, interactions: [one] }],
  };
}

async function gather(plan: ProviderPlan, states: StateHandlers, records: readonly TopicRecord[]) {
  const problems = new Map<string, readonly string[]>();
  const signal = new AbortController().signal;
  const setup = { pactFolder: '', providers: { stock: { states } } };
  const gathering = startGathering({
    runner: stateRunner(setup, tinyLab({}), 200, signal),
    capture: async () => captureOf(records),
    problems,
    recordTimeoutMs: 50,
    signal,
  });
  gathering.begin([plan]);
  const message = await gathering.message(LABEL);
  await gathering.close();
  return { message, problems: problems.get(LABEL) ?? [] };
}

const METADATA = { kafka_topic: 'stock.events', kafka_key: 'example', kafka_headers_type: 'stock.empty' };
const RECORDS = [
  record('p-1', 'stock.low', '{"left":1}'),
  record('p-2', 'stock.empty', '{"left":0,"other":true}'),
  record('p-1', 'stock.empty', '{ "left": 0 }'),
];

test('the record of the key that the state brought about and of the type that the pact names is taken, byte for byte', async () => {
  const states = {
    'the last piece was sold': ({ params }: { params: Readonly<Record<string, unknown>> }) => ({
      key: String(params.product),
    }),
  };
  const { message, problems } = await gather(planOf(METADATA, { kafka_key: {} }), states, RECORDS);

  expect(problems).toEqual([]);
  expect(Buffer.from(message?.base64 ?? '', 'base64').toString()).toBe('{ "left": 0 }');
  expect(message?.metadata).toEqual({
    kafka_topic: 'stock.events',
    kafka_key: 'p-1',
    kafka_headers_type: 'stock.empty',
    kafka_headers_trace: 't',
  });
});

test('a record that does not come is a problem of its interaction', async () => {
  const { message, problems } = await gather(
    planOf(METADATA),
    { 'the last piece was sold': () => ({ key: 'p-9' }) },
    RECORDS,
  );

  expect(message).toBeUndefined();
  expect(problems).toEqual(['waited 5 ms for a record']);
});

test('a state handler that does not say under which key the record will lie is a problem', async () => {
  const { problems } = await gather(planOf(METADATA), { 'the last piece was sold': () => ({}) }, RECORDS);

  expect(problems).toEqual([expect.stringContaining('no state handler of stock returned the key of the record')]);
});

test('a throwing state handler is a problem, and so is a missing one', async () => {
  const throwing = { 'the last piece was sold': () => Promise.reject(new Error('the till is closed')) };

  expect((await gather(planOf(METADATA), throwing, RECORDS)).problems).toEqual([
    'the state handler for "the last piece was sold" of stock failed: the till is closed',
  ]);
  expect((await gather(planOf(METADATA), {}, RECORDS)).problems).toEqual([
    'no state handler for "the last piece was sold" of stock (there are: none)',
  ]);
});

test('a message pact without a topic is a problem', async () => {
  const { problems } = await gather(planOf({}), { 'the last piece was sold': () => ({ key: 'p-1' }) }, RECORDS);

  expect(problems).toEqual(['its metadata names no kafka_topic']);
});

test('headers under a matching rule do not choose the record', () => {
  const metadata = { kafka_topic: 't', kafka_headers_type: 'a', 'kafka_headers_event-id': 'example' };

  expect(selectorOf(metadata, { 'kafka_headers_event-id': {} }, 'k')).toEqual({
    topic: 't',
    key: 'k',
    headers: { type: 'a' },
  });
});
