/** Which providers are verified in which topology. */
import { expect, test } from 'vitest';
import { applicable } from '../../../harness/contracts/applicable.ts';
import type { ProviderPlan } from '../../../harness/contracts/plan.ts';
import { type ContractSetup, isPartOf } from '../../../harness/contracts/setup.ts';

const setup: ContractSetup = {
  pactFolder: '/nowhere',
  providers: { order: { states: {} }, catalog: { states: {}, topologies: ['shop'] } },
};

test('a provider of some topologies is left out in the others, one of all is never', () => {
  expect(isPartOf(setup, 'catalog', 'shop')).toBe(true);
  expect(isPartOf(setup, 'catalog', 'shop-small')).toBe(false);
  expect(isPartOf(setup, 'order', 'shop-small')).toBe(true);
});

test('a provider that the set-up does not know is not left out: that it is missing is a finding', () => {
  expect(isPartOf(setup, 'misspelt', 'shop')).toBe(true);
  expect(isPartOf(setup, 'toString', 'shop')).toBe(true);
});

const message = (topic: string) => ({
  label: topic,
  kind: 'message',
  interaction: { metadata: { kafka_topic: topic } },
});
const planOf = (consumer: string, ...topics: string[]) =>
  ({
    provider: 'order',
    pacts: [{ consumer, provider: 'order', interactions: topics.map(message) }],
  }) as never as ProviderPlan;
const kept = (plans: readonly ProviderPlan[]) =>
  plans.flatMap(({ pacts }) =>
    pacts.map(({ consumer, interactions }) => [consumer, ...interactions.map(({ label }) => label)]),
  );

test('topics and pairs of some topologies are left out in the others, those that nobody named never', () => {
  const some = { ...setup, onlyIn: { 'order.commands': ['shop'], 'bff-web -> order': ['shop'] } };
  const plans = [planOf('payment', 'order.events', 'order.commands'), planOf('bff-web', 'order.events')];
  expect(kept(applicable(plans, some, 'shop'))).toEqual([
    ['payment', 'order.events', 'order.commands'],
    ['bff-web', 'order.events'],
  ]);
  expect(kept(applicable(plans, some, 'shop-small'))).toEqual([['payment', 'order.events']]);
  expect(kept(applicable([planOf('payment', 'order.comands')], some, 'shop-small'))).toEqual([
    ['payment', 'order.comands'],
  ]);
});
