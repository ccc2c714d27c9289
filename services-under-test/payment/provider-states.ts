/** States of which the payment service's events tell. Used by contract verification only. */
import { chargeGivenUp } from '../../fixtures/contracts/given-up.ts';
import { known, orderThatEnds } from '../../fixtures/contracts/orders.ts';
import type { StateHandlers } from '../../harness/contracts/index.ts';

const states: StateHandlers = {
  'customers have wallets': () => ({}),
  'an order was paid': orderThatEnds('completed'),
  'the payment of an order is known': known('payment', '/payments', orderThatEnds('completed')),
  'a payment was declined': orderThatEnds('payment_failed'),
  'a payment was refunded': orderThatEnds('cancelled'),
  'the charge of an order was given up': chargeGivenUp,
};

export default states;
