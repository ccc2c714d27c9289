/** States in which the order history is asked. Used by contract verification only. */
import { known, orderThatEnds } from '../../fixtures/contracts/orders.ts';
import type { StateHandlers } from '../../harness/contracts/index.ts';

const states: StateHandlers = {
  'an order is in the history': known('order-history', '/orders', orderThatEnds('completed')),
};

export default states;
