/** Which providers are verified in which topology. */
import { expect, test } from 'vitest';
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
