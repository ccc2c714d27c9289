/** States of which the shipping service's events tell. Used by contract verification only. */
import { orderThatEnds } from '../../fixtures/contracts/orders.ts';
import type { StateHandlers } from '../../harness/contracts/index.ts';

const states: StateHandlers = {
  'an order was shipped': orderThatEnds('completed'),
  'a shipment was refused': orderThatEnds('cancelled'),
};

export default states;
