/** A customer changes their mind while the charge is under way. */
import { CONDUCTED, cancelOrder, orderCompletes, placeOrder } from '../../fixtures/workloads/shop.ts';
import { experiment, type WorkloadContext } from '../../harness/experiment/index.ts';

const CUSTOMER = 'user-cancels';

experiment('an order cancelled while it is charged is refunded, released and cancelled', {
  hypothesis:
    'When the customer cancels while the provider is slow to charge, the charge is refunded once it is known, then the stock ' +
    'released, each once, and the order ends cancelled.',
  topologies: CONDUCTED,
  faults: [{ fault: 'latency', target: 'payment->psp', options: { latencyMs: 350 } }],
  async workload(context) {
    const { entity } = await placeOrder(context, { userId: CUSTOMER });
    if (entity !== undefined && context.kind !== 'control') {
      await context.until('the charge to be under way', () => isCharging(context), 5_000);
      await cancelOrder(context, entity, CUSTOMER);
    }
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

async function isCharging({ lab }: WorkloadContext): Promise<boolean> {
  return (await lab.wire.open()).some(({ edge }) => edge === 'payment->psp');
}
