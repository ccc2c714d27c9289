/** States in which consumers ask the inventory, and those of which its events tell. Used by contract verification only. */
import { orderThatEnds } from '../../fixtures/contracts/orders.ts';
import type { StateHandlers } from '../../harness/contracts/index.ts';

const states: StateHandlers = {
  'a product is on the shelves': () => ({ productId: 'product-2' }),
  'stock was reserved for an order': orderThatEnds('completed'),
  'an order asked for more than there is': orderThatEnds('rejected'),
  'a payment was declined': orderThatEnds('payment_failed'),
  'a shipment was refused': orderThatEnds('cancelled'),
};

export default states;
