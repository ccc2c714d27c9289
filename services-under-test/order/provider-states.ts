/** States in which consumers ask the order service, and those of which its events tell. Used by contract verification only. */
import { randomUUID } from 'node:crypto';
import { chargeGivenUp } from '../../fixtures/contracts/given-up.ts';
import { endOf, fillAsGuest, fillCart, orderThatEnds, placeOrder } from '../../fixtures/contracts/orders.ts';
import type { StateHandlers } from '../../harness/contracts/index.ts';

const states: StateHandlers = {
  'a key that was not used': () => ({ idempotencyKey: randomUUID() }),
  'an order was placed under the key': async (context) => ({ ...(await placeOrder(context, context.params)) }),
  'the user has placed an order': async (context) => ({ ...(await placeOrder(context, context.params)) }),
  'a customer has something in the cart': async (context) => {
    await fillCart(context, String(context.params.user));
    return {};
  },
  'a guest has something in the cart': async (context) => ({ cartId: await fillAsGuest(context) }),
  'an order of the customer is cancelled': async (context) => {
    const { key } = await orderThatEnds('cancelled')(context);
    await endOf(context, key);
    return { orderId: key };
  },
  'an order was placed': orderThatEnds('completed'),
  'an order was completed': orderThatEnds('completed'),
  'an order was rejected': orderThatEnds('rejected'),
  'the payment of an order failed': orderThatEnds('payment_failed'),
  'an order was cancelled': orderThatEnds('cancelled'),
  'the charge of an order was given up': chargeGivenUp,
};

export default states;
