/** States of which the shipping service's events tell. Used by contract verification only. */
import { known, orderThatEnds } from '../../fixtures/contracts/orders.ts';
import type { StateHandlers } from '../../harness/contracts/index.ts';

const states: StateHandlers = {
  'an order was shipped': orderThatEnds('completed'),
  'the shipment of an order is known': known('shipping', '/shipments', orderThatEnds('completed')),
  'a shipment was refused': orderThatEnds('cancelled'),
};

export default states;
