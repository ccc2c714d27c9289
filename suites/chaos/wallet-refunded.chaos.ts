/** Orders paid by wallet, a carrier that refuses them, and every message twice. */
import {
  handInVoucher,
  orderCompletes,
  placeOrders,
  REFUSED_ADDRESS,
  WHOLE_SHOPS,
} from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

/** Enough for three of the orders. */
const HELD_CENTS = 10_000;

experiment('what was paid by wallet is given back to it, once', {
  hypothesis:
    'When the carrier refuses orders that were paid by wallet and every message comes twice, the wallet is charged once, ' +
    'given back once, then the stock is released, and the orders end cancelled.',
  topologies: WHOLE_SHOPS,
  faults: ['order', 'inventory', 'payment', 'shipping'].map((service) => ({
    fault: 'record-copied',
    target: `${service}->kafka`,
  })),
  async workload(context) {
    const userId = `user-w-${context.caseId.slice(0, 8)}`;
    await handInVoucher(context, userId, HELD_CENTS);
    await placeOrders(context, 3, { userId, paymentMethod: 'wallet', addressId: REFUSED_ADDRESS });
    await context.settled();
  },
  checks: [
    { check: 'terminal-states', expect: { state: 'cancelled' } },
    { check: 'compensation-order' },
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
