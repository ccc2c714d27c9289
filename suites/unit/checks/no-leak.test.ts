/** What services hold after a case beside what they held before, and what a clean run left them with. */
import { describe, expect, test } from 'vitest';
import { newStory, START_MS, type Story } from '../../../fixtures/histories/story.ts';
import type { UsageRecord } from '../../../harness/core/index.ts';
import { judgeStory } from './load-case.ts';

const MIB = 1_048_576;
type Held = Pick<UsageRecord, 'memoryBytes' | 'descriptors' | 'connections'>;
const BEFORE: Held = { memoryBytes: 60 * MIB, descriptors: 40, connections: 12 };

/** The payment service, looked at before and after. */
function holding(more: Partial<Held>, before: Held = BEFORE): Story {
  const story = newStory();
  const look = (moment: UsageRecord['moment'], atMs: number, held: Held) =>
    story.records.push({ type: 'usage', at: START_MS + atMs, part: 'payment', moment, ...held });
  const grown = Object.entries(more).map(([what, count]) => [what, (before[what as keyof Held] ?? 0) + (count ?? 0)]);
  look('before', 0, before);
  look('after', 900, { ...before, ...Object.fromEntries(grown) });
  return story;
}

const judged = (story: Story, control: Story = holding({}), options = {}) =>
  judgeStory({ check: 'no-leak', ...options }, story, { control: control.records });

describe.each<[keyof Held, number, string]>([
  ['descriptors', 16, 'files and sockets'],
  ['connections', 16, 'connections'],
  ['memoryBytes', 64 * MIB, 'MiB'],
])('%s', (what, beyond, named) => {
  test('up to the bound they may grow, beyond it that is a leak', async () => {
    expect(await judged(holding({ [what]: beyond }))).toMatchObject({ status: 'pass' });
    const leak = await judged(holding({ [what]: beyond + 1 }));
    expect(leak).toMatchObject({ status: 'fail', evidence: [expect.stringContaining(named)] });
  });

  test('what a clean run leaves as well is no leak', async () => {
    expect(await judged(holding({ [what]: beyond * 2 }), holding({ [what]: beyond }))).toMatchObject({
      status: 'pass',
    });
  });

  test('a control run that gave something back earns no credit', async () => {
    expect(await judged(holding({ [what]: 1 }), holding({ [what]: -5 }))).toMatchObject({ status: 'pass' });
  });
});

test('services that nobody asked for are left out, and without any look nothing can be said', async () => {
  expect(await judged(holding({ descriptors: 90 }), holding({}), { parts: 'order*' })).toMatchObject({
    status: 'unknown',
    reason: 'no-data',
  });
});

test('what the runtime cannot tell is not judged', async () => {
  const memoryOnly = { memoryBytes: 60 * MIB };
  expect(await judged(holding({ memoryBytes: MIB }, memoryOnly), holding({}, memoryOnly))).toMatchObject({
    status: 'pass',
    figures: { partsLookedAt: 1, mostHandles: 0 },
  });
});
