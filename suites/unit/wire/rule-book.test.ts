/** Triggers and turns: which rule gets which exchange. */
import { describe, expect, test } from 'vitest';
import type { HistoryRecord, Trigger, WireRule } from '../../../harness/core/index.ts';
import { createRules } from '../../../harness/wire/rule-book.ts';
import { matches } from '../../../harness/wire/trigger.ts';

const rule = (id: string, trigger: Trigger): WireRule => ({ id, edge: 'a->b', trigger, action: { do: 'reset' } });
const facts = {
  operation: 'POST /charges',
  case: 'c1',
  key: 'k',
  topic: 't',
  group: 'g',
  header: (name: string) => (name === 'type' ? 'placed' : undefined),
};

describe('a trigger', () => {
  const yes: Trigger[] = [
    {},
    { operation: 'POST /charges' },
    { operation: 'POST /*' },
    { operation: '*' },
    { case: 'c1', key: 'k', topic: 't', group: 'g' },
    { header: { name: 'type' } },
    { header: { name: 'type', value: 'placed' } },
  ];
  const no: Trigger[] = [
    { operation: 'POST /charge' },
    { operation: 'GET *' },
    { case: 'c2' },
    { key: 'x' },
    { topic: 'x' },
    { group: 'x' },
    { header: { name: 'other' } },
    { header: { name: 'type', value: 'x' } },
    { operation: 'POST /charges', case: 'c2' },
  ];
  test.each(yes)('matches when every condition holds: %j', (trigger) => expect(matches(trigger, facts)).toBe(true));
  test.each(no)('does not match when one fails: %j', (trigger) => expect(matches(trigger, facts)).toBe(false));
});

describe('a rule book', () => {
  const book = () => {
    const records: HistoryRecord[] = [];
    const rules = createRules(
      () => 7,
      (record) => records.push(record),
    );
    return { rules, records };
  };

  test('gives every so many, from the n-th on', () => {
    const { rules } = book();
    rules.arm(rule('r', { nth: 2, every: 3, times: 2 }));
    const claims = Array.from({ length: 12 }, () => rules.book('a->b').claim(facts)?.id === 'r');
    expect(claims.flatMap((claimed, index) => (claimed ? [index + 1] : []))).toEqual([2, 5]);
  });

  test('gives a share by chance, the same for the same rule, near the share in the long run', () => {
    const chosen = (id: string) => {
      const { rules } = book();
      rules.arm(rule(id, { share: 0.3 }));
      return Array.from({ length: 2_000 }, () => rules.book('a->b').claim(facts) !== undefined);
    };
    expect(chosen('r')).toEqual(chosen('r'));
    expect(chosen('r')).not.toEqual(chosen('s'));
    const share = chosen('r').filter(Boolean).length / 2_000;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.35);
  });

  test('gives the n-th matching exchange and so many after it, then no more', () => {
    const { rules } = book();
    rules.arm(rule('r', { operation: 'POST *', nth: 2, times: 2 }));
    const claims = ['POST /a', 'GET /', 'POST /b', 'POST /c', 'POST /d'].map(
      (operation) => rules.book('a->b').claim({ ...facts, operation })?.id,
    );
    expect(claims).toEqual([undefined, undefined, 'r', 'r', undefined]);
  });

  test('gives an exchange to the first rule that is due; the others still count it', () => {
    const { rules } = book();
    rules.arm(rule('first', { times: 1 }));
    rules.arm(rule('third', { nth: 3 }));
    const claims = [1, 2, 3, 4].map(() => rules.book('a->b').claim(facts)?.id);
    expect(claims).toEqual(['first', undefined, 'third', 'third']);
  });

  test('does not count what the asking place cannot carry out', () => {
    const { rules } = book();
    rules.arm(rule('r', { times: 1 }));
    expect(rules.book('a->b').claim(facts, () => false)).toBeUndefined();
    expect(rules.book('a->b').claim(facts, () => true)?.id).toBe('r');
  });

  test('is armed only while it has rules, edge by edge', () => {
    const { rules } = book();
    expect(rules.book('a->b').armed).toBe(false);
    rules.arm(rule('r', {}));
    expect([rules.book('a->b').armed, rules.book('b->c').armed]).toEqual([true, false]);
    rules.disarm('r');
    expect(rules.book('a->b').armed).toBe(false);
    expect(rules.disarm('r')).toEqual({ id: 'r', hits: 0, firstHitAt: undefined });
  });

  test('forgets how often rules hit that are long gone, and no rule that is armed', () => {
    const { rules } = book();
    rules.arm(rule('stays', {}));
    rules.arm(rule('again', {}));
    rules.disarm('again');
    rules.arm(rule('again', {}));
    for (let index = 0; index <= 2_000; index++) {
      rules.arm(rule(`case-${index}`, {}));
      expect(rules.disarm(`case-${index}`).hits).toBe(0);
    }
    expect(rules.hits('stays').hits + rules.hits('again').hits + rules.hits('case-2000').hits).toBe(0);
    expect(() => rules.hits('case-0')).toThrow('no rule "case-0" was ever armed');
  });

  test('counts and records a hit where it acts', () => {
    const { rules, records } = book();
    rules.arm(rule('r', {}));
    rules.book('a->b').hit(rule('r', {}), { case: 'c1', detail: 'd' });
    expect(rules.hits('r')).toEqual({ id: 'r', hits: 1, firstHitAt: 7 });
    expect(records).toEqual([
      { type: 'fault', at: 7, case: 'c1', id: 'r', fault: 'reset', event: 'hit', target: 'a->b', detail: 'd' },
    ]);
  });
});
