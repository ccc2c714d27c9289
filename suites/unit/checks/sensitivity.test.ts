/** Whichever effect is taken out of a history that is in order, or stands in it twice, the check that watches over it turns red. */
import { expect, test } from 'vitest';
import { RECIPES } from '../../../fixtures/histories/recipes.ts';
import { newStory, order, START_MS, type Story } from '../../../fixtures/histories/story.ts';
import { checkCatalogue } from '../../../harness/checks/index.ts';
import type { CheckSpec, HistoryRecord, LedgerRow } from '../../../harness/core/index.ts';
import { judgeStory } from './load-case.ts';

const checks = [...(await checkCatalogue()).entries.keys()];

/** A change of a story at one place; undefined: there is no such place. */
type Change = (story: Story) => Story;

interface Watch {
  /** Default: the recipe's. */
  readonly story?: () => Story;
  readonly spec?: CheckSpec;
  /** Every one of these changes must turn the verdict. */
  readonly changes: (story: Story) => readonly Change[];
}

const entries =
  (how: (rows: readonly LedgerRow[], index: number) => LedgerRow[], which: (row: LedgerRow) => boolean = () => true) =>
  (story: Story): Change[] =>
    story.entries.flatMap((row, index) =>
      which(row) ? [(one: Story) => ({ ...one, entries: how(one.entries, index) })] : [],
    );

const records =
  (how: (all: readonly HistoryRecord[], index: number) => HistoryRecord[], which: (record: HistoryRecord) => boolean) =>
  (story: Story): Change[] =>
    story.records.flatMap((record, index) =>
      which(record) ? [(one: Story) => ({ ...one, records: how(one.records, index) })] : [],
    );

const without = <Item>(items: readonly Item[], index: number): Item[] => items.toSpliced(index, 1);
const twice = <Item>(items: readonly Item[], index: number): Item[] => items.toSpliced(index, 0, items[index] as Item);
const both =
  (...some: readonly ((story: Story) => readonly Change[])[]) =>
  (story: Story) =>
    some.flatMap((one) => one(story));

const isKind =
  (...kinds: readonly string[]) =>
  ({ kind }: LedgerRow) =>
    kinds.includes(kind);

/** Two orders with their event log as it stands in the database. */
function logged(): Story {
  const story = newStory();
  for (const number of [1, 2]) {
    const entity = order(story, number, 'completed', number * 20);
    for (const [index, type] of ['placed', 'charged', 'completed'].entries())
      story.entries.push({ entity, kind: 'event', key: type, amount: index + 1, at: START_MS + number * 20 + index });
  }
  return story;
}

const WATCHED: Readonly<Record<string, Watch>> = {
  conservation: { changes: both(entries(without), entries(twice)) },
  'exactly-once': { changes: entries(twice) },
  'nothing-lost': {
    changes: both(
      records(without, (record) => record.type === 'message' && record.action === 'delivered'),
      (story) => story.entities.map((_, index) => (one: Story) => ({ ...one, entities: without(one.entities, index) })),
    ),
  },
  'nothing-invented': { changes: entries(without, isKind('charged', 'refunded', 'reserved', 'released')) },
  'dead-letters': {
    changes: records(without, (record) => record.type === 'message' && record.topic === 'dead-letters'),
  },
  rebuild: {
    story: logged,
    spec: { check: 'rebuild', log: 'entries' },
    changes: both(entries(without, isKind('event')), entries(twice, isKind('event'))),
  },
  stock: { changes: both(entries(without, isKind('reserved')), entries(twice, isKind('reserved'))) },
  bulkhead: { changes: records(twice, ({ type }) => type === 'exchange') },
  retries: { changes: records(twice, (record) => record.type === 'exchange' && record.outcome === 'answered') },
};

const ANSWERS = 'it judges how each answer was given, not how many there are: one answer less is one less to judge';
const TIMES = 'it judges when things happened, not how often';
const RECORD = 'it judges what stands in each record, whoever and however many they are';

/** Checks that do not count effects, and why. */
const NOT_COUNTING: Readonly<Record<string, string>> = {
  answered: ANSWERS,
  fallback: ANSWERS,
  unaffected: ANSWERS,
  'blast-radius': ANSWERS,
  'error-shape': ANSWERS,
  'read-your-writes': ANSWERS,
  convergence: ANSWERS,
  'rate-limit': 'a call less leaves tokens over, and one more fits within its slack',
  linearizability: 'an answer that is missing, or given twice, is explained by the same order as before',
  'breaker-conformance':
    'an attempt less moves the opening, and an attempt more at the same time was already under way',
  deadline: TIMES,
  'deadline-propagation': TIMES,
  recovery: TIMES,
  'settled-in-time': TIMES,
  'compensation-order': TIMES,
  'key-order': 'a message less, or delivered again, leaves the others in order',
  'durable-produce': RECORD,
  secrets: RECORD,
  identity: RECORD,
  mtls: RECORD,
  documented: RECORD,
  rollout: 'it wants some traffic, and every answer good: one less, or the same twice, changes neither',
  'traffic-share': 'one call more or less is within what it allows for chance',
  'trace-connected': RECORD,
  'no-leak': 'one connection more or less is within what a pool may hold',
  'graceful-shutdown': 'a call less, or the same call twice, was answered as well',
  'terminal-states': 'it judges in which state each entity is; an effect that is missing is a matter of conservation',
  told: RECORD,
};

test('every check either counts effects or says why it does not', () => {
  const known = [...Object.keys(WATCHED), ...Object.keys(NOT_COUNTING)];
  expect(checks.filter((check) => !known.includes(check))).toEqual([]);
  expect(known.filter((check) => !checks.includes(check))).toEqual([]);
  expect(new Set(known).size).toBe(known.length);
});

test.each(Object.entries(WATCHED))('%s turns red for every single one', async (check, { story, spec, changes }) => {
  const told = story ?? RECIPES[check]?.ok;
  const asked = spec ?? RECIPES[check]?.spec ?? { check };
  if (told === undefined) throw new Error(`there is no story for ${check}`);
  expect((await judgeStory(asked, told())).status).toBe('pass');
  const all = changes(told());
  expect(all.length).toBeGreaterThan(0);
  const unmoved: number[] = [];
  for (const [index, change] of all.entries())
    if ((await judgeStory(asked, change(told()))).status === 'pass') unmoved.push(index);
  expect(unmoved).toEqual([]);
});
