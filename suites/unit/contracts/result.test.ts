/** The matrix: every interaction of the file stands in it, and silence is never a pass. */
import { expect, test } from 'vitest';
import type { ProviderPlan } from '../../../harness/contracts/plan.ts';
import { buildMatrix, type Findings } from '../../../harness/contracts/result.ts';

/** One provider, asked over HTTP by one consumer and sending messages to another. */
const interactions = [
  { label: 'till stock 1: ask', kind: 'http', interaction: { type: 'Synchronous/HTTP', description: 'ask' } },
  { label: 'till stock 2: take', kind: 'http', interaction: { type: 'Synchronous/HTTP', description: 'take' } },
  {
    label: 'till stock 3: empty',
    kind: 'message',
    interaction: { type: 'Asynchronous/Messages', description: 'empty' },
  },
] as const;
const pact = {
  consumer: { name: 'till' },
  provider: { name: 'stock' },
  interactions: interactions.map(({ interaction }) => interaction),
  metadata: {},
};
const plans: ProviderPlan[] = [
  { provider: 'stock', pacts: [{ consumer: 'till', provider: 'stock', file: 'till-stock.json', pact, interactions }] },
];

function findings(
  verified: Record<string, readonly string[]>,
  states: Record<string, readonly string[]> = {},
): Findings {
  return {
    providers: new Map(),
    states: new Map(Object.entries(states)),
    verified: new Map(Object.entries(verified)),
  };
}

const ALL_WELL = { 'till stock 1: ask': [], 'till stock 2: take': [], 'till stock 3: empty': [] };

test('one file with both kinds makes two pairs', () => {
  const matrix = buildMatrix(plans, findings(ALL_WELL), 12.4);

  expect(matrix.pairs.map(({ kind, verdict, interactions: all }) => [kind, verdict, all.length])).toEqual([
    ['http', 'pass', 2],
    ['message', 'pass', 1],
  ]);
  expect(matrix).toMatchObject({ verdict: 'pass', tookMs: 12 });
});

test('an interaction that Pact passed over in silence is lost, and red', () => {
  const { 'till stock 2: take': _, ...reported } = ALL_WELL;
  const matrix = buildMatrix(plans, findings(reported), 0);

  expect(matrix.verdict).toBe('fail');
  expect(matrix.pairs[0]?.interactions[1]).toMatchObject({
    description: 'take',
    verdict: 'fail',
    problems: ['it stands in the pact file, but Pact did not verify it'],
  });
});

test('a state that is not there turns a pass of Pact into a fail, and hides what follows from it', () => {
  const verified = { ...ALL_WELL, 'till stock 2: take': ['body $.left: is missing'] };
  const states = { 'till stock 1: ask': ['no state handler'], 'till stock 2: take': ['the handler failed'] };
  const matrix = buildMatrix(plans, findings(verified, states), 0);

  expect(matrix.pairs[0]?.interactions.map(({ verdict, problems }) => [verdict, problems])).toEqual([
    ['fail', ['no state handler']],
    ['fail', ['the handler failed']],
  ]);
});

test('a provider that could not be asked fails, its interactions are unknown', () => {
  const found = findings({});
  found.providers.set('stock', { verdict: 'fail', problem: 'stock does not answer' });
  const matrix = buildMatrix(plans, found, 0);

  expect(matrix.pairs.map(({ verdict, problem }) => [verdict, problem])).toEqual([
    ['fail', 'stock does not answer'],
    ['fail', 'stock does not answer'],
  ]);
  expect(matrix.pairs[0]?.interactions[0]).toEqual({
    description: 'ask',
    states: [],
    verdict: 'unknown',
    problems: [],
  });
});

test('a verifier that gave no result leaves the pairs unknown, never passed', () => {
  const found = findings({});
  found.providers.set('stock', { verdict: 'unknown', problem: 'Pact could not verify it: it crashed' });

  expect(buildMatrix(plans, found, 0).verdict).toBe('unknown');
});
