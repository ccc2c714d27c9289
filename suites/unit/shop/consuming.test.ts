/** How a consumer paces its fetches and gathers its commits, with records made by hand. */
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../../harness/core/index.ts';
import { createFetchRounds } from '../../../services-under-test/kit/fetch-rounds.ts';
import { createOffsetCommits } from '../../../services-under-test/kit/offset-commits.ts';
import { quietLog } from './upstream.ts';

const TOPIC = 'order.events';

/** What kafkajs hands to a batch, over offsets that the test moves. */
function payload(state: { resolved: string; committed: string; refuse: boolean; commits: string[] }): EachBatchPayload {
  return {
    batch: { topic: TOPIC, partition: 0, messages: [{ offset: '5' }] },
    uncommittedOffsets: () => ({
      topics:
        state.resolved === state.committed
          ? []
          : // As kafkajs does it: the partition is a text.
            [{ topic: TOPIC, partitions: [{ partition: '0', offset: state.resolved }] }],
    }),
    commitOffsetsIfNecessary: async () => {
      if (state.refuse) throw new Error('refused');
      state.commits.push(state.resolved);
      state.committed = state.resolved;
    },
  } as unknown as EachBatchPayload;
}

function commitsOf(state: { isRunning: boolean } = { isRunning: true }) {
  const sought: string[] = [];
  const seek: Consumer['seek'] = ({ partition, offset }) => {
    if (!state.isRunning) throw new Error('Consumer group was not initialized');
    // It waits for the number: a seek under a text is never found.
    if (partition === 0) sought.push(offset);
  };
  const consumer = { seek } as unknown as Consumer;
  return { commits: createOffsetCommits(consumer, 'payment', quietLog), sought };
}

test('what is handled in a moment is committed once', async () => {
  const state = { resolved: '5', committed: '5', refuse: false, commits: [] as string[] };
  const { commits } = commitsOf();
  commits.begun(payload(state));
  for (const resolved of ['6', '7', '8']) {
    state.resolved = resolved;
    commits.handled(payload(state));
  }
  await commits.flush();
  expect(state.commits).toEqual(['8']);
  await commits.flush();
  expect(state.commits).toEqual(['8']);
});

test('what is handled on and on is committed now and then all the same', async () => {
  const state = { resolved: '5', committed: '5', refuse: false, commits: [] as string[] };
  const { commits } = commitsOf();
  commits.begun(payload(state));
  for (let offset = 6; offset < 206 && state.commits.length === 0; offset++) {
    state.resolved = String(offset);
    commits.handled(payload(state));
    await systemClock.delay(10);
  }
  expect(state.commits).toHaveLength(1);
  await commits.flush();
  expect(state.commits.at(-1)).toBe(state.resolved);
});

test('a refused commit leads back to the last stored one, the first to where reading began', async () => {
  const state = { resolved: '6', committed: '5', refuse: true, commits: [] as string[] };
  const { commits, sought } = commitsOf();
  commits.begun(payload(state));
  commits.handled(payload(state));
  await commits.flush();
  expect(sought).toEqual(['5']);
  state.refuse = false;
  await commits.flush();
  Object.assign(state, { resolved: '9', refuse: true });
  commits.handled(payload(state));
  await commits.flush();
  expect(sought).toEqual(['5', '6']);
});

test('after partitions were given out anew nothing old is sought', async () => {
  const state = { resolved: '6', committed: '5', refuse: true, commits: [] as string[] };
  const { commits, sought } = commitsOf();
  commits.begun(payload(state));
  commits.handled(payload(state));
  commits.reset();
  await commits.flush();
  expect(sought).toEqual([]);
});

test('after the end nothing is committed or sought, whatever is still handled', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const state = { resolved: '6', committed: '5', refuse: false, commits: [] as string[] };
  const { commits, sought } = commitsOf();
  commits.begun(payload(state));
  commits.handled(payload(state));
  await commits.end();
  expect(state.commits).toEqual(['6']);
  Object.assign(state, { resolved: '7', refuse: true });
  commits.handled(payload(state));
  expect(vi.getTimerCount()).toBe(0);
  await commits.flush();
  expect([state.commits, sought]).toEqual([['6'], []]);
});

test('a consumer that is away while its commit is refused commits again once it is back', async () => {
  const state = { resolved: '6', committed: '5', refuse: true, commits: [] as string[] };
  const { commits } = commitsOf({ isRunning: false });
  commits.begun(payload(state));
  commits.handled(payload(state));
  await commits.flush();
  state.refuse = false;
  await commits.flush();
  expect(state.commits).toEqual(['6']);
});

test('a round of one message for us ends at once, other rounds after a pause, and a stop ends the pause', async () => {
  const stopping = new AbortController();
  const rounds = createFetchRounds(stopping.signal);
  const ended: string[] = [];
  const run = (name: string, messages: number, forUs: boolean) =>
    rounds.run({ messages, forUs }, async () => undefined).then(() => void ended.push(name));
  const many = run('many', 2, true);
  await rounds.idle();
  expect(ended).toEqual([]);
  await many;
  await run('one', 1, true);
  const lasting = createFetchRounds(stopping.signal, 60_000);
  const last = lasting.run({ messages: 1, forUs: true }, async () => void ended.push('begun'));
  await systemClock.delay(20);
  expect(ended, 'work that nobody waits for begins after the pause').toEqual(['many', 'one']);
  stopping.abort();
  await last;
  expect(ended).toEqual(['many', 'one', 'begun']);
});

test('batches of one fetch begin after one pause', async () => {
  const rounds = createFetchRounds(new AbortController().signal, 50);
  const begun: number[] = [];
  const from = systemClock.now();
  const batch = () => rounds.run({ messages: 1, forUs: true }, async () => void begun.push(systemClock.now() - from));
  await Promise.all([batch(), batch(), batch()]);
  const [first = 0, , last = 0] = begun;
  expect(first).toBeGreaterThanOrEqual(49);
  expect(last - first).toBeLessThan(40);
  await batch();
  expect(begun[3]).toBeGreaterThanOrEqual(last + 49);
});
