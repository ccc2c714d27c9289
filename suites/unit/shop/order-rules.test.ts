/** Rules of an order: what may be ordered, and how an order ends. */
import { expect, test } from 'vitest';
import { ProblemError } from '../../../services-under-test/kit/problem.ts';
import { emailOf, endingOf, orderRequestOf, totalOf } from '../../../services-under-test/order/rules.ts';

const ITEM = { productId: 'product-1', quantity: 2, price: 1_999 };
const ORDER = { items: [ITEM], shippingAddressId: 'address-1', paymentMethod: 'card' };

function problemOf(body: unknown): ProblemError {
  try {
    orderRequestOf(body);
  } catch (error) {
    if (error instanceof ProblemError) return error;
  }
  throw new Error('the order was taken');
}

test('a good order is taken as it is', () => {
  expect(orderRequestOf(ORDER)).toEqual(ORDER);
  expect(orderRequestOf({ ...ORDER, items: [{ ...ITEM, price: 0 }] }).items).toEqual([{ ...ITEM, price: 0 }]);
});

test.each([
  ['no body', undefined, 'body'],
  ['a member nobody knows', { ...ORDER, discount: 100 }, 'discount'],
  ['an item with a member nobody knows', { ...ORDER, items: [{ ...ITEM, gift: true }] }, 'items[0].gift'],
  ['an address of two lines', { ...ORDER, shippingAddressId: 'a\r\nx-order-state: completed' }, 'shippingAddressId'],
  ['no items', { ...ORDER, items: [] }, 'items'],
  ['too many items', { ...ORDER, items: Array.from({ length: 51 }, () => ITEM) }, 'items'],
  ['an item that is none', { ...ORDER, items: [null] }, 'items[0]'],
  ['a quantity of 0', { ...ORDER, items: [ITEM, { ...ITEM, quantity: 0 }] }, 'items[1].quantity'],
  ['a quantity of 101', { ...ORDER, items: [{ ...ITEM, quantity: 101 }] }, 'items[0].quantity'],
  ['half a piece', { ...ORDER, items: [{ ...ITEM, quantity: 1.5 }] }, 'items[0].quantity'],
  ['a quantity in text', { ...ORDER, items: [{ ...ITEM, quantity: '1' }] }, 'items[0].quantity'],
  ['a negative price', { ...ORDER, items: [{ ...ITEM, price: -1 }] }, 'items[0].price'],
  ['a price in parts of a cent', { ...ORDER, items: [{ ...ITEM, price: 0.5 }] }, 'items[0].price'],
  ['an order beyond all bounds', { ...ORDER, items: [{ ...ITEM, price: 1_000_000_01 }] }, 'items'],
  ['no product', { ...ORDER, items: [{ ...ITEM, productId: '' }] }, 'items[0].productId'],
  ['no address', { ...ORDER, shippingAddressId: undefined }, 'shippingAddressId'],
  ['no payment method', { ...ORDER, paymentMethod: 7 }, 'paymentMethod'],
])('an order with %s is refused with 400 and the field', (_what, body, field) => {
  const problem = problemOf(body);
  expect(problem.status).toBe(400);
  expect(problem.field).toBe(field);
  expect(problem.message).toContain(field);
});

test('the total is the sum of quantity times price', () => {
  expect(totalOf([ITEM, { productId: 'product-2', quantity: 3, price: 100 }])).toBe(4_298);
  expect(totalOf([])).toBe(0);
});

test('each event ends a pending order in its own state, or not at all', () => {
  expect(endingOf('shipment.created', {})?.state).toBe('completed');
  expect(endingOf('stock.rejected', { reason: 'out of stock' })).toEqual({ state: 'rejected', reason: 'out of stock' });
  expect(endingOf('stock.released', { cause: 'payment_failed' })?.state).toBe('payment_failed');
  expect(endingOf('stock.released', { cause: 'shipment_refused' })?.state).toBe('cancelled');
  expect(endingOf('stock.released', { cause: 'the moon' })).toBeUndefined();
  expect(endingOf('stock.reserved', {})).toBeUndefined();
});

test('an address for mail is made of the user id, whatever is in it', () => {
  expect(emailOf('user-1')).toBe('user-1@customers.example');
  expect(emailOf('a b@c\r\n<x>')).toBe('a_b_c___x_@customers.example');
});
