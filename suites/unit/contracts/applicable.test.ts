/** What is verified in which topology: by provider, pair, topic, gRPC service and state. */
import { expect, test } from 'vitest';
import { applicable } from '../../../harness/contracts/applicable.ts';
import type { PlannedInteraction, ProviderPlan } from '../../../harness/contracts/plan.ts';
import type { ContractSetup } from '../../../harness/contracts/setup.ts';

const asked = { contents: { content: { method: 'tiny.v1.Stock/Look', message: {} } } };
const INTERACTIONS: readonly PlannedInteraction[] = [
  { label: 'ask', kind: 'http', interaction: { type: 'Synchronous/HTTP', description: 'ask' } },
  { label: 'look', kind: 'grpc', interaction: { type: 'Synchronous/Messages', description: 'look', request: asked } },
  {
    label: 'told',
    kind: 'message',
    interaction: {
      ...{ type: 'Asynchronous/Messages', description: 'told', metadata: { kafka_topic: 'stock.events' } },
      providerStates: [{ name: 'it is late' }],
    },
  },
];
const pact = { consumer: { name: 'till' }, provider: { name: 'stock' }, interactions: [], metadata: {} };
const PLANS: readonly ProviderPlan[] = [
  {
    provider: 'stock',
    pacts: [{ consumer: 'till', provider: 'stock', file: 'till-stock.json', pact, interactions: INTERACTIONS }],
  },
];

function labels(setup: Partial<ContractSetup>): string[] {
  const whole = { pactFolder: '', providers: { stock: { states: {} } }, ...setup };
  return applicable(PLANS, whole, 'small').flatMap(({ pacts }) =>
    pacts.flatMap(({ interactions }) => interactions.map(({ label }) => label)),
  );
}

test('everything is verified where nothing is said of topologies', () => {
  expect(labels({})).toEqual(['ask', 'look', 'told']);
});

test.for([
  ['a pair', 'till -> stock', []],
  ['a topic', 'stock.events', ['ask', 'look']],
  ['a gRPC service', 'tiny.v1.Stock', ['ask', 'told']],
  ['a state', 'it is late', ['ask', 'look']],
] as const)('%s that another topology has alone is left out', ([, name, left]) => {
  expect(labels({ onlyIn: { [name]: ['whole'] } })).toEqual(left);
  expect(labels({ onlyIn: { [name]: ['small'] } })).toEqual(['ask', 'look', 'told']);
});

test('a provider of another topology is left out', () => {
  expect(labels({ providers: { stock: { states: {}, topologies: ['whole'] } } })).toEqual([]);
});
