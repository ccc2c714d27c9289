/** The order as a sequence of facts: its state follows from them, with or without a snapshot on the way. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type OrderView,
  rebuild,
  type StoredFact,
  snapshotDue,
} from '../../../services-under-test/order/order-events.ts';

const PLACED = {
  userId: 'user-1',
  email: 'u@x',
  items: [],
  total: 5,
  shippingAddressId: 'a',
  paymentMethod: 'card',
  placedAt: 1,
};

function facts(...types: readonly (string | readonly [string, Record<string, unknown>])[]): StoredFact[] {
  return types.map((one, index) => {
    const [type, data] = typeof one === 'string' ? [one, one === 'placed' ? PLACED : {}] : one;
    return { version: index + 1, type, data: { ...data }, at: 100 + index };
  });
}

test('an order that was placed is pending; each fact adds to it', () => {
  expect(rebuild(undefined, facts('placed'))).toMatchObject({
    ...PLACED,
    status: 'pending',
    version: 1,
    finishedAt: null,
  });
  const all = facts(
    'placed',
    'stock_reserved',
    ['payment_charged', { chargeId: 'c-1' }],
    ['shipment_created', { tracking: 'T-1' }],
    'completed',
  );
  const view = { status: 'completed', version: 5, chargeId: 'c-1', tracking: 'T-1', finishedAt: 104, reason: null };
  expect(rebuild(undefined, all)).toMatchObject(view);
});

test('an end keeps its reason', () => {
  const view = rebuild(undefined, facts('placed', ['rejected', { reason: 'out of stock' }]));
  expect(view).toMatchObject({ status: 'rejected', reason: 'out of stock' });
});

test('a fact of a kind that is not known changes nothing but the version', () => {
  const before = rebuild(undefined, facts('placed'));
  expect(rebuild(undefined, facts('placed', 'gift_wrapped'))).toEqual({ ...before, version: 2 });
});

test('an order without a fact, or whose first fact is another, is refused', () => {
  expect(() => rebuild(undefined, [])).toThrow('without a fact');
  expect(() => rebuild(undefined, facts('completed'))).toThrow('must be "placed"');
});

test('a snapshot anywhere on the way, kept as JSON, leads to the same state as all facts', () => {
  const kinds = [
    'stock_reserved',
    'stock_released',
    'payment_charged',
    'payment_refunded',
    'cancel_wanted',
    'completed',
    'cancelled',
    'news',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...kinds), { maxLength: 12 }), fc.nat(), (types, at) => {
      const all = facts('placed', ...types);
      const cut = 1 + (at % all.length);
      const snapshot = JSON.parse(JSON.stringify(rebuild(undefined, all.slice(0, cut)))) as OrderView;
      expect(rebuild(snapshot, all.slice(cut))).toEqual(rebuild(undefined, all));
    }),
  );
});

test('a snapshot is due whenever a multiple is reached or passed', () => {
  expect([1, 2, 3, 4, 5, 6].map((after) => snapshotDue(after - 1, after, 3))).toEqual([
    false,
    false,
    true,
    false,
    false,
    true,
  ]);
  expect(snapshotDue(2, 5, 3)).toBe(true);
  expect(snapshotDue(3, 5, 3)).toBe(false);
});
