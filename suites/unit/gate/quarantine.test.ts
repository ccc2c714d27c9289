/** A quarantined failure is shown and does not gate, until its last day; what is wrong with an entry is said. */
import { describe, expect, test } from 'vitest';
import { judge, ruleOf, TODAY } from './judge-with.ts';
import { experimentOf, runOf } from './runs.ts';

const entry = { experiment: 'b', reason: 'the psp sandbox is slow', ticket: 'SHOP-12', expires: '2026-01-31' };
const run = () => runOf([experimentOf('a'), experimentOf('b', { verdict: 'fail' })]);

describe('an entry that holds', () => {
  test('covers the failure: shown with its ticket, not counted', () => {
    const result = judge(run(), { quarantine: [entry] });
    expect(result).toMatchObject({ verdict: 'pass', exitCode: 0 });
    expect(ruleOf(result, 'verdicts')).toMatchObject({
      summary: 'of 2 experiments 1 kept, 1 broken; 1 quarantined',
      findings: [
        {
          status: 'pass',
          ticket: 'SHOP-12',
          what: expect.stringContaining('quarantined until 2026-01-31: the psp sandbox'),
        },
      ],
    });
    expect(result.quarantine).toMatchObject([{ state: 'active', experiment: 'b' }]);
  });

  test('covers no other failure', () => {
    const more = runOf([experimentOf('a', { verdict: 'fail' }), experimentOf('b', { verdict: 'fail' })]);
    const result = judge(more, { quarantine: [entry] });
    expect(result.exitCode).toBe(1);
    expect(ruleOf(result, 'verdicts').findings.map(({ subject, status }) => [subject, status])).toEqual([
      ['the a experiment', 'fail'],
      ['the b experiment', 'pass'],
    ]);
  });

  test('covers flakes, slowness and what turned since the baseline as well', () => {
    const flaky = runOf([experimentOf('a'), experimentOf('b', {}, { verdict: 'fail' })]);
    const baseline = runOf([experimentOf('a'), experimentOf('b', {}, {})]);
    expect(judge(flaky, { baseline }).exitCode).toBe(1);
    expect(judge(flaky, { baseline, quarantine: [entry] })).toMatchObject({ exitCode: 0 });
    const slow = runOf([experimentOf('b', { quietMs: 99_000 })]);
    expect(judge(slow).exitCode).toBe(1);
    expect(judge(slow, { quarantine: [{ ...entry, experiment: 'the b experiment' }] }).exitCode).toBe(0);
  });

  test('of something that is kept again may go', () => {
    const kept = judge(runOf([experimentOf('b')]), { quarantine: [entry] });
    expect(kept.quarantine).toMatchObject([{ state: 'idle', what: 'is kept in this run: the entry may go (SHOP-12)' }]);
  });

  test('holds through its last day, UTC, and not a millisecond longer', () => {
    const last = Date.UTC(2026, 0, 31, 23, 59, 59, 999);
    expect(judge(run(), { quarantine: [entry], nowMs: last }).exitCode).toBe(0);
    const after = judge(run(), { quarantine: [entry], nowMs: last + 1 });
    expect(after.exitCode).toBe(1);
    expect(after.quarantine).toMatchObject([
      { state: 'expired', what: 'expired 1 day ago, on 2026-01-31: it gates again (SHOP-12)' },
    ]);
  });
});

describe('an entry that does not', () => {
  test.each([
    [
      'names nothing that ran',
      { ...entry, experiment: 'bb' },
      'unknown-name',
      'no experiment of that name; did you mean',
    ],
    ['has no ticket', { ...entry, ticket: ' ' }, 'malformed', 'covers nothing: ticket must name a ticket'],
    ['has no reason', { ...entry, reason: '' }, 'malformed', 'reason must say why'],
    ['has no last day', { experiment: 'b', reason: 'r', ticket: 't' }, 'malformed', 'expires must be a day'],
    ['has a day that is none', { ...entry, expires: '2026-02-30' }, 'malformed', 'must be a day, such as 2026-12-31'],
    ['has a member of another kind', { ...entry, until: 'later' }, 'malformed', 'Unrecognized key: "until"'],
    ['is no entry at all', 'b', 'malformed', 'covers nothing'],
  ])('%s is said and covers nothing', (_, wrong, state, sentence) => {
    const result = judge(run(), { quarantine: [wrong] });
    expect(result.exitCode).toBe(1);
    expect(result.quarantine).toMatchObject([{ state }]);
    expect(result.quarantine[0]?.what).toContain(sentence);
    expect(ruleOf(result, 'quarantine')).toMatchObject({ level: 'warn', status: 'fail' });
  });

  test('stands twice: the first holds, the second is said', () => {
    const result = judge(run(), { quarantine: [entry, entry], nowMs: TODAY });
    expect(result.quarantine.map(({ state }) => state)).toEqual(['active', 'malformed']);
    expect(result.exitCode).toBe(0);
  });

  test('can be made to gate itself', () => {
    const settings = { quarantine: 'error' };
    expect(judge(runOf([experimentOf('b')]), { quarantine: [{}], settings }).exitCode).toBe(1);
  });
});
